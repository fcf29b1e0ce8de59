import { Database } from "bun:sqlite";
import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import type { User } from "../../src/model/user.ts";
import { databasePath } from "../../src/server/instance.ts";
import { minutes, seconds } from "../../src/time.ts";
import { authorizationCode, flowTokens, redeem, verifier } from "../support/authorization.ts";
import type { TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import { bodyOf, introspection, refresh, refusalOf, tokenRequest, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let app: TestClient;
let spa: TestClient;
let alice: User;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_TRUSTED_PROXIES: "127.0.0.1/32" });
  app = await createClient(server, { grant_types: ["authorization_code", "refresh_token"] });
  spa = await createClient(server, { token_endpoint_auth_method: "none" });
});
afterAll(() => server.stop());
beforeEach(async () => {
  alice = await createUser(server);
  browser = await signedInBrowser(server, alice);
});

const invalidGrant = "400 invalid_grant";
const isActive = async (token: unknown) => (await bodyOf(introspection(server, app, String(token)))).active;
const system = { kind: "system" } as const;

test("OIDC-9-methods, 9700-2.5-auth, 2.1-client-id-opaque: by Basic and in the body, and not without the secret", async () => {
  const code = await authorizationCode(browser, app);
  const sent = {
    grant_type: "authorization_code",
    code,
    redirect_uri: "https://app.example/cb",
    code_verifier: verifier,
  };
  expect(await refusalOf(tokenRequest(server, { ...app, secret: undefined }, sent))).toBe("401 invalid_client");
  expect(
    await refusalOf(tokenRequest(server, { ...app, secret: undefined }, { ...sent, client_secret: "wrong" })),
  ).toBe("401 invalid_client");
  const inBody = await tokenRequest(server, { ...app, secret: undefined }, { ...sent, client_secret: app.secret });
  expect(inBody.status).toBe(200);
  expect((await redeem(server, app, await authorizationCode(browser, app))).status).toBe(200);
  // RFC 6749 §2.1: who is registered without a secret is public, whatever a request looks like.
  expect(await refusalOf(redeem(server, spa, await authorizationCode(browser, spa), { client_secret: "x" }))).toBe(
    "401 invalid_client",
  );
});

test("6749-4.1.3-code-missing, PC-13: without a code the request is invalid", async () => {
  for (const code of [undefined, ""]) {
    expect(await refusalOf(tokenRequest(server, app, { grant_type: "authorization_code", code }))).toBe(
      "400 invalid_request",
    );
  }
});

test("6749-4.1.3-code-invalid, PC-13, PC-16: everything that is no code is the same invalid_grant", async () => {
  const code = await authorizationCode(browser, app);
  const tokens = await flowTokens(server, browser, app, { scope: "profile" });
  const answers = new Set<string>();
  for (const wrong of [
    code.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
    code.slice(0, -1),
    ` ${code}`,
    `${code}${"x".repeat(10_000)}`,
    String(tokens.access_token),
    String(tokens.refresh_token),
    "pst_dc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "' OR 1=1--",
  ]) {
    const answer = await redeem(server, app, wrong);
    answers.add(`${answer.status} ${await answer.text()}`);
  }
  expect(answers.size).toBe(1);
  expect([...answers][0]).toStartWith('400 {"error":"invalid_grant"');
  expect(await refusalOf(redeem(server, app, `${code}\u0000`))).toBe("400 invalid_request");
  expect((await redeem(server, app, code)).status).toBe(200);
});

test("6749-4.1.2-code, 6749-4.1.3-code-invalid, PC-12: a code lives for a minute", async () => {
  const [first, second] = [await authorizationCode(browser, app), await authorizationCode(browser, app)];
  server.advance(seconds(59));
  expect((await redeem(server, app, first)).status).toBe(200);
  server.advance(seconds(1));
  expect(await refusalOf(redeem(server, app, second))).toBe(invalidGrant);
});

test("6749-4.1.3-code-invalid, PC-17: disabled, with a new password or without the consent, the person's code is worth nothing", async () => {
  const { store, clock } = server.context;
  const at = clock.now();
  for (const meanwhile of [
    () => store.users.setDisabled({ id: alice.id, at, event: { at, name: "user.disabled", actor: system } }),
    () =>
      store.users.setPassword({
        id: alice.id,
        passwordHash: "x",
        event: { at, name: "user.password-changed", actor: system },
      }),
    () =>
      store.consents.withdraw({
        userId: alice.id,
        clientId: app.client.id,
        event: { at, name: "consent.withdrawn", actor: system },
      }),
  ]) {
    alice = await createUser(server);
    browser = await signedInBrowser(server, alice);
    const code = await authorizationCode(browser, app);
    await meanwhile();
    expect(await refusalOf(redeem(server, app, code))).toBe(invalidGrant);
  }
});

test("6749-4.1.3-redirect, OIDC-3.1.3.2-redirect, PC-14: the redirect URI is that of the authorization request", async () => {
  const lax = await createClient(server, {
    require_pkce: false,
    redirect_uris: ["https://app.example/cb", "https://app.example/other"],
  });
  const noPkce = { code_challenge: undefined, code_challenge_method: undefined };
  for (const redirect_uri of ["https://app.example/other", "https://app.example/cb/", undefined]) {
    const code = await authorizationCode(browser, lax, noPkce);
    expect(await refusalOf(redeem(server, lax, code, { redirect_uri, code_verifier: undefined }))).toBe(invalidGrant);
  }
  const code = await authorizationCode(browser, lax, noPkce);
  expect((await redeem(server, lax, code, { code_verifier: undefined })).status).toBe(200);
  // RFC 6749 §4.1.3: where the request named none, none is asked for.
  const single = await createClient(server, { require_pkce: false });
  const unnamed = await authorizationCode(browser, single, { ...noPkce, redirect_uri: undefined, scope: "profile" });
  const without = { redirect_uri: undefined, code_verifier: undefined };
  expect((await redeem(server, single, unnamed, without)).status).toBe(200);
});

test("6749-4.1.3-redirect-21, 2.1-token-redirect_uri: with PKCE it may be left out; one that is sent must be right, also where the request named none", async () => {
  const omitted = { redirect_uri: undefined, scope: "profile" };
  expect((await redeem(server, app, await authorizationCode(browser, app), { redirect_uri: undefined })).status).toBe(
    200,
  );
  expect((await redeem(server, app, await authorizationCode(browser, app, omitted))).status).toBe(200);
  expect(
    (await redeem(server, app, await authorizationCode(browser, app, omitted), { redirect_uri: undefined })).status,
  ).toBe(200);
  for (const changes of [{}, omitted]) {
    const code = await authorizationCode(browser, app, changes);
    expect(await refusalOf(redeem(server, app, code, { redirect_uri: "https://app.example/other" }))).toBe(
      invalidGrant,
    );
  }
});

test("6749-4.1.2-reuse, OIDC-code-reuse, 2.1-code-once, PC-08: a second redemption is refused, and everything of the first is dead at once", async () => {
  const code = await authorizationCode(browser, app, { scope: "openid offline_access", prompt: "consent" });
  const tokens = await bodyOf(redeem(server, app, code));
  expect(await isActive(tokens.access_token)).toBe(true);
  expect(await refusalOf(redeem(server, app, code))).toBe(invalidGrant);
  expect(await isActive(tokens.access_token)).toBe(false);
  expect((await userinfo(server, String(tokens.access_token))).status).toBe(401);
  expect(await refusalOf(refresh(server, app, String(tokens.refresh_token)))).toBe(invalidGrant);
  expect((await server.context.store.events.list(3)).map(({ name }) => name)).toContain("grant.code-replayed");
});

test("6749-4.1.2-reuse, OIDC-code-reuse: also later, and also with a wrong verifier", async () => {
  for (const [later, changes] of [
    [seconds(30), {}],
    [minutes(20), { code_verifier: "x".repeat(43) }],
  ] as const) {
    browser = await signedInBrowser(server, alice);
    const code = await authorizationCode(browser, app);
    const { access_token: token } = await bodyOf(redeem(server, app, code));
    server.advance(later);
    expect(await refusalOf(redeem(server, app, code, changes))).toBe(invalidGrant);
    expect(await isActive(token)).toBe(false);
  }
});

test("6749-4.1.2-race, 2.1-code-once, PC-09: of fifty redemptions at once exactly one gets tokens, and loses them", async () => {
  const code = await authorizationCode(browser, app);
  const answers = await Promise.all([...Array(50)].map(() => redeem(server, app, code)));
  const winners = answers.filter(({ status }) => status === 200);
  expect(winners).toHaveLength(1);
  for (const answer of answers.filter(({ status }) => status !== 200))
    expect(await refusalOf(answer)).toBe(invalidGrant);
  const [winner] = winners;
  expect(winner && (await isActive((await bodyOf(winner)).access_token))).toBe(false);
});

test("6749-4.1.2-foreign, 6749-3.2.1-bind, PC-10: another client gets nothing, and the owner's code is not spent", async () => {
  const other = await createClient(server, { token_endpoint_auth_method: "none" });
  const code = await authorizationCode(browser, spa);
  for (const client of [other, app]) expect(await refusalOf(redeem(server, client, code))).toBe(invalidGrant);
  expect(server.logged.join()).toContain("the authorization code of another one");
  expect((await redeem(server, spa, code)).status).toBe(200);
});

test("6749-4.1.2-failed-verifier, PC-07: after five wrong verifiers or redirect URIs a code is dead", async () => {
  const wrong = { code_verifier: "x".repeat(43) };
  const survivor = await authorizationCode(browser, spa);
  for (const _ of [1, 2, 3]) expect(await refusalOf(redeem(server, spa, survivor, wrong))).toBe(invalidGrant);
  expect(await refusalOf(redeem(server, spa, survivor, { redirect_uri: "https://app.example/x" }))).toBe(invalidGrant);
  expect((await redeem(server, spa, survivor)).status).toBe(200);
  const victim = await authorizationCode(browser, spa);
  for (const _ of [1, 2, 3, 4, 5]) expect(await refusalOf(redeem(server, spa, victim, wrong))).toBe(invalidGrant);
  expect(await refusalOf(redeem(server, spa, victim))).toBe(invalidGrant);
});

test("PC-15, G-12-rate: after a hundred wrong codes an address must wait; this box itself never", async () => {
  const from = (address: string, code: string) =>
    tokenRequestFrom(address, {
      grant_type: "authorization_code",
      code,
      redirect_uri: "https://app.example/cb",
      code_verifier: verifier,
    });
  const statuses: number[] = [];
  for (let n = 0; n < 101; n++) statuses.push((await from("203.0.113.7", `pst_ac_${n}`)).status);
  expect(statuses).toEqual([...Array(100).fill(400), 429]);
  const code = await authorizationCode(browser, app);
  const refused = await from("203.0.113.7", code);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, expect.stringMatching(/^\d+$/)]);
  // The limit has changed nothing: from elsewhere the code is good.
  expect((await from("203.0.113.8", code)).status).toBe(200);
  for (let n = 0; n < 101; n++) await from("127.0.0.1", `pst_ac_${n}`);
  expect((await from("127.0.0.1", await authorizationCode(browser, app))).status).toBe(200);
});

const tokenRequestFrom = (address: string, fields: Readonly<Record<string, string>>) =>
  fetch(server.issuer + paths.token, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { authorization: app.basic, "x-forwarded-for": address },
  });

test("6749-4.1.2-code, G-26-secrets-at-rest: the code is 256 random bits of which the database holds a hash", async () => {
  const code = await authorizationCode(browser, app);
  expect(Buffer.from(code.slice("pst_ac_".length), "base64url")).toHaveLength(32);
  const file = new Database(databasePath(server.directory), { readonly: true });
  const rows = JSON.stringify(file.query("SELECT * FROM authorization_codes").all());
  file.close();
  expect(rows).toContain("https://app.example/cb");
  expect(rows).not.toContain(code.slice("pst_ac_".length));
});

test("6749-5.1-commit, 6749-4.1.2-code: a code and its tokens outlive a restart", async () => {
  let own = await startTestServer();
  const client = await createClient(own);
  const visitor = await signedInBrowser(own, await createUser(own));
  const code = await authorizationCode(visitor, client);
  own = await own.restart();
  const { access_token: token } = await bodyOf(redeem(own, client, code));
  own = await own.restart();
  expect((await userinfo(own, String(token))).status).toBe(200);
  expect(await refusalOf(redeem(own, client, code))).toBe(invalidGrant);
  expect((await userinfo(own, String(token))).status).toBe(401);
  await own.stop();
});
