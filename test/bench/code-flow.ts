import { strict as assert } from "node:assert";
import { type App, ask, formOf, memberOf, type Subject } from "./subject.ts";

// The authorization code flow of a browser in which somebody is signed in, and of an app that is allowed everything.

/** RFC 7636 App. B. */
const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

export const openidScope = "openid profile email";

/** Path and query of the authorization request. */
export const authorizePath = ({ endpoints }: Subject["facts"], { id, redirectUri }: App, scope: string): string =>
  `${endpoints.authorize ?? ""}?${new URLSearchParams({
    response_type: "code",
    client_id: id,
    redirect_uri: redirectUri,
    scope,
    state: "af0ifjsldkj",
    code_challenge: challenge,
    code_challenge_method: "S256",
  })}`;

/** The request that redeems a code; with an empty code, what stands before it. */
export const redemption = ({ client, redirectUri }: App, code: string) =>
  formOf(client, { grant_type: "authorization_code", redirect_uri: redirectUri, code_verifier: verifier, code });

/** Cookies of browsers, one after the other. */
export async function cookiesOf(subject: Subject, app: App, count: number): Promise<readonly string[]> {
  if (app.freshCookies === undefined) return app.cookies.slice(0, count);
  const { body } = await ask(subject, `${app.freshCookies}?count=${count}`, {});
  assert(Array.isArray(body) && body.length === count);
  return body.map(String);
}

/** What one authorization and its exchange give. */
export async function tokensOf(
  subject: Subject,
  app: App,
  cookie: string,
  scope: string,
): Promise<Readonly<Record<string, string>>> {
  const { status, headers, body } = await ask(subject, authorizePath(subject.facts, app, scope), { cookie });
  assert(status === 302 || status === 303, `${status} ${JSON.stringify(body)}`);
  const code = new URL(headers.get("location") ?? "", subject.address).searchParams.get("code");
  assert(code, `there is no code in ${headers.get("location")}`);
  const answer = await ask(subject, subject.facts.endpoints.token, redemption(app, code));
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const text = (name: string) => String(memberOf(answer.body, name) ?? "");
  return { access_token: text("access_token"), refresh_token: text("refresh_token"), id_token: text("id_token") };
}

/** So many sets of tokens, each of another authorization. */
export async function manyTokens(
  subject: Subject,
  app: App,
  scope: string,
  count: number,
): Promise<readonly Readonly<Record<string, string>>[]> {
  const cookies = await cookiesOf(subject, app, Math.min(count, 100));
  const made: Readonly<Record<string, string>>[] = [];
  while (made.length < count) {
    const some = cookies.slice(0, count - made.length);
    made.push(...(await Promise.all(some.map((cookie) => tokensOf(subject, app, cookie, scope)))));
  }
  return made;
}
