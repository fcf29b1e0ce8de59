import { randomBytes } from "node:crypto";
import { paths } from "../../src/http/paths.ts";
import type { ClientMetadata } from "../../src/model/client.ts";
import { codeChallengeOf } from "../../src/rules/pkce.ts";
import { type Answer, answerParameters, type TestBrowser } from "./browser.ts";
import type { TestPerson } from "./people.ts";
import { type Authenticated, bodyOf, textOf, tokenRequest } from "./requests.ts";
import type { Address } from "./server.ts";

/** The verifier and challenge of RFC 7636 App. B. */
export const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
export const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/** A client that sends browsers here. */
export type AskingClient = Authenticated & {
  readonly client: { readonly metadata: Pick<ClientMetadata, "redirect_uris"> };
};

/** Parameters; one that is `undefined` is left out. */
export type Changes = Readonly<Record<string, string | undefined>>;

/** The parameters of a sound request of the client, with the changes. */
export function requestOf({ client, id }: AskingClient, changes: Changes = {}): Readonly<Record<string, string>> {
  const sound: Changes = {
    response_type: "code",
    client_id: id,
    redirect_uri: client.metadata.redirect_uris?.[0],
    scope: "openid",
    state: "af0ifjsldkj",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(sound).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

export const authorizePath = (client: AskingClient, changes: Changes = {}): string =>
  `${paths.authorize}?${new URLSearchParams(requestOf(client, changes))}`;

/** Sends a browser to the authorization endpoint, and no further. */
export const authorize = (browser: TestBrowser, client: AskingClient, changes: Changes = {}): Promise<Answer> =>
  browser.get(authorizePath(client, changes));

/** The same, up to the page that asks the person something, or to the answer for the client. */
export const openAuthorization = async (
  browser: TestBrowser,
  client: AskingClient,
  changes: Changes = {},
): Promise<Answer> => browser.follow(await authorize(browser, client, changes));

/** Which page it is, by its form; or `303`, where the browser left. */
export const pageOf = ({ status, forms }: Answer): string => forms[0]?.id ?? String(status);

/** Goes on through every page that comes, saying yes, up to the answer for the client. */
export async function approve(
  browser: TestBrowser,
  page: Answer,
  person?: Pick<TestPerson, "username" | "password">,
): Promise<Answer> {
  let current = await browser.follow(page);
  for (let pages = 0; pages < 4; pages++) {
    const form = current.forms.find(({ id }) => id === "sign-in" || id === "consent")?.id;
    if (form === undefined) return current;
    if (form === "sign-in" && person === undefined) throw new Error("somebody must sign in");
    const sent =
      form === "sign-in" && person !== undefined
        ? browser.signIn(current, person)
        : browser.submit(current, form, { button: "approve" });
    current = await browser.follow(await sent);
  }
  throw new Error(`the pages do not end: ${current.url}`);
}

/** A code for a browser in which somebody is signed in; whatever is asked is approved. */
export async function authorizationCode(
  browser: TestBrowser,
  client: AskingClient,
  changes: Changes = {},
): Promise<string> {
  const answer = await approve(browser, await authorize(browser, client, changes));
  const { code } = answerParameters(answer);
  if (code === undefined) throw new Error(`no code: ${answer.location ?? answer.body}`);
  return code;
}

type At = Address;

/** Redeems a code as `requestOf` asked for it. */
export const redeem = (at: At, client: AskingClient, code: string, changes: Changes = {}): Promise<Response> =>
  tokenRequest(at, client, {
    grant_type: "authorization_code",
    code,
    redirect_uri: client.client.metadata.redirect_uris?.[0],
    code_verifier: verifier,
    ...changes,
  });

/** The ID token for the code of an answer. */
export const redeemedIdToken = (at: At, client: AskingClient, answer: Answer): Promise<string> =>
  textOf(redeem(at, client, answerParameters(answer).code ?? ""), "id_token");

/** The token response of a whole flow. */
export async function flowTokens(
  at: At,
  browser: TestBrowser,
  client: AskingClient,
  changes: Changes = {},
): Promise<Readonly<Record<string, unknown>>> {
  const response = await redeem(at, client, await authorizationCode(browser, client, changes));
  const tokens = await bodyOf(response);
  if (response.status !== 200) throw new Error(`no tokens: ${JSON.stringify(tokens)}`);
  return tokens;
}

/** A verifier and its challenge that nobody else has. */
export function newVerifier(): { readonly verifier: string; readonly challenge: string } {
  const fresh = randomBytes(32).toString("base64url");
  return { verifier: fresh, challenge: codeChallengeOf(fresh) };
}

/** The refusal that a client is told: its code, and everything that comes with it. */
export function refusalIn(answer: Answer): Readonly<Record<string, string>> {
  const parameters = answerParameters(answer);
  if (parameters.error === undefined) throw new Error(`no refusal: ${answer.location}`);
  return parameters;
}

/** `303 invalid_request` for a refusal that the client is told, `400 page` for one that stays here. */
export function outcomeOf(answer: Answer): string {
  const isPage = (answer.headers.get("content-type") ?? "").startsWith("text/html");
  if (answer.location === undefined) return `${answer.status} ${isPage ? (answer.forms[0]?.id ?? "page") : "no page"}`;
  const parameters = new URL(answer.location).searchParams;
  return `${answer.status} ${parameters.get("error") ?? (parameters.has("code") ? "code" : new URL(answer.location).pathname)}`;
}
