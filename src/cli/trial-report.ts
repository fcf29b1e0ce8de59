import { isJsonObject, type JsonObject, type JsonValue } from "../rules/json.ts";
import { fromNumericDate, isoTime } from "../time.ts";
import { listing } from "./printing.ts";
import { ask, claimsOf, endpoint, form, type Narrator, type TrialOptions } from "./trial.ts";
import type { Trial } from "./trial-client.ts";

/** Shows the tokens, and what API and userinfo endpoint make of them. */
export async function report(
  trial: Trial,
  tokens: JsonObject,
  { show = false }: TrialOptions,
  tell: Narrator,
): Promise<void> {
  tell.event("tokens", tokens);
  tell.say(`\nThe server answered:\n\n${indented(listing(show ? tokens : shortened(tokens)))}`);
  if (!show) tell.say("  (--show prints the tokens whole)");
  const { access_token: accessToken, id_token: idToken } = tokens;
  const claims = typeof idToken === "string" ? claimsOf(idToken) : undefined;
  if (claims !== undefined)
    tell.say(`\nThe ID token says who signed in (OIDC Core §2):\n\n${indented(listing(readable(claims)))}`);
  if (typeof accessToken !== "string") return;
  await reportUserinfo(trial, accessToken, tokens, tell);
  await reportIntrospection(trial, accessToken, tell);
}

async function reportUserinfo({ server }: Trial, token: string, { scope }: JsonObject, tell: Narrator): Promise<void> {
  if (server.metadata.userinfo_endpoint === undefined) return;
  if (typeof scope === "string" && !scope.split(" ").includes("openid")) return;
  const { status, body } = await ask(endpoint(server, "userinfo_endpoint"), {
    headers: { authorization: `Bearer ${token}` },
  });
  if (status !== 200 || !isJsonObject(body)) return;
  tell.event("userinfo", { claims: body });
  tell.say(`\nThe userinfo endpoint tells the client (OIDC Core §5.3):\n\n${indented(listing(readable(body)))}`);
}

async function reportIntrospection({ server, api }: Trial, token: string, tell: Narrator): Promise<void> {
  if (api === undefined) return;
  const address = endpoint(server, "introspection_endpoint");
  const authorization = `Basic ${btoa(`${api.id}:${api.secret}`)}`;
  const { body } = await ask(address, form({ token }, { authorization }));
  if (!isJsonObject(body)) return;
  tell.event("introspection", { answer: body });
  tell.say(
    `\nAn API that receives the access token asks what it is worth (RFC 7662):\n\n${indented(listing(readable(body)))}`,
  );
  tell.say(`\nAsk yourself:\n\n  curl -u ${api.id}:${api.secret} -d token=${token} ${address}\n`);
}

const tokenMembers = ["access_token", "refresh_token", "id_token"];

/** A token is for programs: its begin tells people which it is. */
const shortened = (tokens: JsonObject): Readonly<Record<string, JsonValue>> =>
  Object.fromEntries(
    Object.entries(tokens).map(([name, value]) => [
      name,
      tokenMembers.includes(name) && typeof value === "string" && value.length > 40
        ? `${value.slice(0, 20)}…${value.slice(-6)} (${value.length} characters)`
        : value,
    ]),
  );

/** Times as people read them. */
const readable = (members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      ["exp", "iat", "nbf", "auth_time", "updated_at"].includes(name) && typeof value === "number"
        ? `${value} (${isoTime(fromNumericDate(value))})`
        : value,
    ]),
  );

const indented = (text: string) => text.replace(/^/gm, "  ");
