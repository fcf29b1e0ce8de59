import { systemRandom } from "../crypto/random.ts";
import { isJsonObject, type JsonObject } from "../rules/json.ts";
import { codeChallengeOf } from "../rules/pkce.ts";
import { Failed } from "./outcome.ts";
import {
  ask,
  claimsOf,
  endpoint,
  form,
  type Narrator,
  narrator,
  refused,
  type TrialOptions,
  type TrialServer,
} from "./trial.ts";
import { prepareTrial, type Trial } from "./trial-client.ts";
import { report } from "./trial-report.ts";
import { scopeToAskFor } from "./trial-scope.ts";

/** A program on this machine that signs in: it waits for the browser on the loopback interface (RFC 8252 §7.3). */
export async function tryCode(options: TrialOptions & { readonly port?: number }): Promise<void> {
  const tell = narrator(options);
  const trial = await prepareTrial(options, tell);
  const listener = waitForBrowser(options.port ?? 0);
  try {
    const request = newRequest(listener.redirectUri);
    const address = authorizationAddress(trial, request, options);
    tell.event("authorization_request", { url: address, redirect_uri: request.redirectUri });
    tell.say(
      `\nOpen this address in a browser on this machine:\n\n  ${address}\n\nWaiting for it to come back to ${request.redirectUri} …`,
    );
    const code = checkAnswer(trial.server, request, await listener.answer, tell);
    const tokens = await redeem(trial, request, code, tell);
    checkNonce(tokens, request);
    await report(trial, tokens, options, tell);
  } finally {
    await listener.stop();
  }
}

/** What binds the answer to the question. */
interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

function newRequest(redirectUri: string): AuthorizationRequest {
  const random = systemRandom();
  const secret = () => Buffer.from(random.bytes(32)).toString("base64url");
  return { redirectUri, state: secret(), nonce: secret(), verifier: secret() };
}

function authorizationAddress(
  { server, clientId }: Trial,
  request: AuthorizationRequest,
  options: TrialOptions,
): string {
  const address = new URL(endpoint(server, "authorization_endpoint"));
  const scope = scopeToAskFor(server, options);
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: request.redirectUri,
    ...(scope === undefined ? {} : { scope }),
    state: request.state,
    nonce: request.nonce,
    code_challenge: codeChallengeOf(request.verifier),
    code_challenge_method: "S256",
    // OIDC Core §11: offline access is asked for together with consent.
    ...(scope?.split(" ").includes("offline_access") ? { prompt: "consent" } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address.href;
}

function waitForBrowser(port: number) {
  const answer = Promise.withResolvers<URLSearchParams>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    fetch: (request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname !== "/callback") return new Response("There is nothing here.\n", { status: 404 });
      answer.resolve(searchParams);
      const words = searchParams.has("error") ? "The server said no." : "You are signed in.";
      return new Response(
        `<!doctype html><title>Postern try</title><p>${words} Go back to the terminal; this page may be closed.</p>\n`,
        {
          headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
        },
      );
    },
  });
  return { redirectUri: `http://127.0.0.1:${server.port}/callback`, answer: answer.promise, stop: () => server.stop() };
}

/** RFC 6749 §4.1.2, §10.12; RFC 9207 §2.4. */
function checkAnswer(
  { issuer, metadata }: TrialServer,
  { state }: AuthorizationRequest,
  answer: URLSearchParams,
  tell: Narrator,
): string {
  if (answer.get("state") !== state)
    throw new Failed("the browser came back with another state: somebody else's answer");
  const iss = answer.get("iss");
  const isAnnounced = metadata.authorization_response_iss_parameter_supported === true;
  if (iss === null ? isAnnounced : iss !== issuer)
    throw new Failed("the answer does not come from the server that was asked (iss)");
  const error = answer.get("error");
  if (error !== null)
    throw refused(tell, "the authorization", {
      status: 303,
      body: { error, error_description: answer.get("error_description") },
    });
  const code = answer.get("code");
  if (code === null || code === "") throw new Failed("the browser came back without a code");
  return code;
}

/** RFC 6749 §4.1.3; RFC 7636 §4.5. */
async function redeem(
  { server, clientId }: Trial,
  { redirectUri, verifier }: AuthorizationRequest,
  code: string,
  tell: Narrator,
): Promise<JsonObject> {
  const members = {
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri,
    client_id: clientId,
    code_verifier: verifier,
  };
  const answer = await ask(endpoint(server, "token_endpoint"), form(members));
  if (answer.status === 200 && isJsonObject(answer.body)) return answer.body;
  throw refused(tell, "the code", answer);
}

/** OIDC Core §3.1.3.7: the ID token answers this request and no other. It came from the server itself, over its own connection. */
function checkNonce({ id_token: idToken }: JsonObject, { nonce }: AuthorizationRequest): void {
  if (typeof idToken !== "string") return;
  if (claimsOf(idToken)?.nonce !== nonce) throw new Failed("the ID token does not hold the nonce of this request");
}
