import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { paths } from "../../src/http/paths.ts";
import { hours } from "../../src/time.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { createUser, grantTokens } from "../support/grants.ts";
import { bodyOf, post, refusalOf, textOf, tokenRequest, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let app: TestClient;

const everyScope = ["openid", "profile", "email", "address", "phone"];
const profile = {
  family_name: "Lovelace",
  given_name: "Ada",
  middle_name: "King",
  nickname: "Countess",
  profile: "https://ada.example/",
  picture: "https://ada.example/ada.png",
  website: "https://ada.example/",
  gender: "female",
  birthdate: "1815-12-10",
  zoneinfo: "Europe/London",
  locale: "en-GB",
};
const address = { formatted: "12 St James's Square\nLondon", country: "GB" };

beforeAll(async () => {
  server = await startTestServer();
  app = await createClient(server, { grant_types: ["authorization_code", "refresh_token"] });
});
afterAll(() => server.stop());

const wholePerson = () =>
  createUser(server, {
    claims: { ...profile, address, phone_number: "+44 20 7946 0000", phone_number_verified: false },
  });
const challengeOf = (answer: Response) => answer.headers.get("www-authenticate") ?? "";
const bare = () => `Bearer realm="${server.issuer}", scope="openid"`;

describe("a token reaches userinfo", () => {
  test("UI-get, UI-sub, 6750-2.1-header: in the header of a GET, whatever the letter case of its scheme", async () => {
    const { accessToken, user, tokens } = await grantTokens(server, { client: app.client });
    for (const scheme of ["Bearer", "bearer", "BEARER"]) {
      const answer = await fetch(server.address + paths.userinfo, {
        headers: { authorization: `${scheme} ${accessToken}` },
      });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json"]);
      expect(await bodyOf(answer)).toEqual({ sub: user.id });
    }
    expect(decodeJwt(tokens.id_token ?? "").sub).toBe(user.id);
  });

  test("UI-post-header: in the header of a POST, with no body, an empty form or any other", async () => {
    const { accessToken, user } = await grantTokens(server, { client: app.client });
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const posts: readonly RequestInit[] = [
      {},
      { body: "", headers: form },
      { body: "unknown=1", headers: form },
      { body: '{"access_token":"x"}', headers: { "content-type": "application/json" } },
    ];
    for (const { body = null, headers } of posts) {
      const answer = await fetch(server.address + paths.userinfo, {
        method: "POST",
        body,
        headers: { ...Object.fromEntries(new Headers(headers)), authorization: `Bearer ${accessToken}` },
      });
      expect(await bodyOf(answer)).toEqual({ sub: user.id });
    }
  });

  test("UI-post-body, 6750-2.2-body: in the form of a POST, and in no other body", async () => {
    const { accessToken, user } = await grantTokens(server, { client: app.client });
    expect(await bodyOf(post(server, paths.userinfo, { access_token: accessToken }))).toEqual({ sub: user.id });
    const asJson = await fetch(server.address + paths.userinfo, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ access_token: accessToken }),
    });
    expect([asJson.status, challengeOf(asJson)]).toEqual([401, bare()]);
    const elsewhere = await post(server, paths.introspection, { token: "x", access_token: accessToken });
    expect(elsewhere.status).toBe(401);
  });

  test("6750-2.3-query, 2.1-no-query-token, IN-11: never in the query", async () => {
    const { accessToken } = await grantTokens(server, { client: app.client });
    const answer = await fetch(`${server.address}${paths.userinfo}?access_token=${accessToken}`);
    expect([answer.status, challengeOf(answer)]).toEqual([401, bare()]);
    const posted = await post(server, `${paths.userinfo}?access_token=${accessToken}`, {});
    expect(posted.status).toBe(400);
    expect(server.logged.join("")).not.toContain(accessToken);
  });

  test("6750-2-two, IN-12: in two ways at once it is 400 with a challenge", async () => {
    const { accessToken } = await grantTokens(server, { client: app.client });
    const answer = await post(
      server,
      paths.userinfo,
      { access_token: accessToken },
      { authorization: `Bearer ${accessToken}` },
    );
    expect(challengeOf(answer)).toContain('error="invalid_request"');
    expect(await refusalOf(answer)).toBe("400 invalid_request");
  });
});

describe("claims", () => {
  test("UI-scope-claims, UI-types: each granted scope releases its claims, with their types, and no others", async () => {
    const user = await wholePerson();
    const updated = { updated_at: server.context.clock.now() / 1000 };
    const claimsOf: Readonly<Record<string, object>> = {
      openid: {},
      profile: { ...profile, ...updated, name: "Ada Lovelace", preferred_username: user.username },
      email: { email: "ada@example.org", email_verified: true },
      address: { address },
      phone: { phone_number: "+44 20 7946 0000", phone_number_verified: false },
    };
    for (const scope of [...everyScope.map((one) => [...new Set(["openid", one])]), everyScope]) {
      const { accessToken } = await grantTokens(server, { client: app.client, user, scope });
      const expected = Object.assign({ sub: user.id }, ...scope.map((one) => claimsOf[one]));
      expect(await bodyOf(userinfo(server, accessToken))).toEqual(expected);
    }
  });

  test("UI-null: what has no value is left out", async () => {
    const user = await createUser(server, {
      username: "nameless",
      displayName: undefined,
      email: undefined,
      claims: { nickname: "", website: null },
    });
    const { accessToken } = await grantTokens(server, { client: app.client, user, scope: everyScope });
    expect(await bodyOf(userinfo(server, accessToken))).toEqual({
      sub: user.id,
      preferred_username: "nameless",
      updated_at: expect.any(Number),
    });
  });

  test("UI-claims-param: claims asked for by name are returned where they are known and have the wanted value", async () => {
    const user = await wholePerson();
    const claims = JSON.stringify({
      userinfo: {
        given_name: { essential: true },
        email: null,
        unheard_of: null,
        locale: { value: "de" },
        gender: { values: ["female", "male"] },
      },
      id_token: { nickname: null },
    });
    const { accessToken } = await grantTokens(server, { client: app.client, user, scope: ["openid"], claims });
    expect(await bodyOf(userinfo(server, accessToken))).toEqual({
      sub: user.id,
      given_name: "Ada",
      email: "ada@example.org",
      gender: "female",
    });
  });
});

describe("refusals", () => {
  test("UI-no-token, 6750-3-none: without a token the challenge names no error", async () => {
    for (const answer of [await fetch(server.address + paths.userinfo), await post(server, paths.userinfo, {})]) {
      expect([answer.status, challengeOf(answer)]).toEqual([401, bare()]);
    }
    const basic = await fetch(server.address + paths.userinfo, { headers: { authorization: app.basic } });
    expect([basic.status, challengeOf(basic)]).toEqual([401, bare()]);
  });

  test("UI-bad-token, 6750-3.1-invalid, IN-13, MX-12: a token that is dead, of another kind or without a user is invalid_token", async () => {
    const { refreshToken, tokens, ...expired } = await grantTokens(server, { client: app.client });
    server.advance(hours(1));
    const machine = await createClient(server, { grant_types: ["client_credentials"] });
    const own = await textOf(tokenRequest(server, machine, { grant_type: "client_credentials" }), "access_token");
    for (const token of [expired.accessToken, refreshToken, tokens.id_token ?? "", own, "x", "pst_at_x", "a.b.c"]) {
      const answer = await userinfo(server, token);
      expect(challengeOf(answer)).toStartWith(
        `Bearer realm="${server.issuer}", error="invalid_token", error_description="`,
      );
      expect([token, await refusalOf(answer)]).toEqual([token, "401 invalid_token"]);
    }
    for (const header of ["Bearer", "Bearer ", "Bearer a b", "Bearer ü", 'Bearer "x"']) {
      const answer = await fetch(server.address + paths.userinfo, { headers: { authorization: encodeHeader(header) } });
      expect([header, answer.status]).toEqual([header, 401]);
    }
  });

  test("UI-scope, 6750-3.1-scope: a token without openid is insufficient_scope and told which", async () => {
    const { accessToken } = await grantTokens(server, { client: app.client, scope: ["profile"] });
    const answer = await userinfo(server, accessToken);
    expect(challengeOf(answer)).toContain('scope="openid"');
    expect(await refusalOf(answer)).toBe("403 insufficient_scope");
  });

  test("6750-3-attr: each attribute of a challenge stands once, in the permitted characters", async () => {
    const { accessToken } = await grantTokens(server, { client: app.client, scope: ["profile"] });
    for (const answer of [
      await userinfo(server, accessToken),
      await userinfo(server, "x"),
      await fetch(server.address + paths.userinfo),
    ]) {
      const challenge = challengeOf(answer);
      const names = [...challenge.matchAll(/(\w+)="([\x20-\x21\x23-\x5b\x5d-\x7e]*)"/g)].map(([, name]) => name ?? "");
      expect(challenge).toMatch(/^Bearer (\w+="[\x20-\x21\x23-\x5b\x5d-\x7e]*"(, |$))+$/);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test("UI-user-gone: a disabled or deleted user's token is invalid_token", async () => {
    const { store, clock } = server.context;
    const event = { at: clock.now(), actor: { kind: "cli" } } as const;
    const disabled = await grantTokens(server, { client: app.client });
    const deleted = await grantTokens(server, { client: app.client });
    expect((await userinfo(server, disabled.accessToken)).status).toBe(200);
    await store.users.setDisabled({
      id: disabled.user.id,
      at: clock.now(),
      event: { ...event, name: "user.disabled" },
    });
    await store.users.delete({ id: deleted.user.id, event: { ...event, name: "user.deleted" } });
    for (const { accessToken } of [disabled, deleted])
      expect(await refusalOf(userinfo(server, accessToken))).toBe("401 invalid_token");
  });
});

test("UI-cors: any origin may ask and may read the challenge", async () => {
  const { accessToken } = await grantTokens(server, { client: app.client });
  const preflight = await fetch(server.address + paths.userinfo, {
    method: "OPTIONS",
    headers: { origin: "https://spa.example" },
  });
  expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
  for (const token of [accessToken, "x"]) {
    const { headers } = await userinfo(server, token);
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("access-control-expose-headers")).toContain("WWW-Authenticate");
  }
});

test("6750-cache: no answer is cached", async () => {
  const { accessToken } = await grantTokens(server, { client: app.client });
  for (const token of [accessToken, "x"]) {
    const { headers } = await userinfo(server, token);
    expect([headers.get("cache-control"), headers.get("pragma")]).toEqual(["no-store", "no-cache"]);
  }
});

/** A header as octets: `fetch` takes no character beyond Latin-1. */
const encodeHeader = (text: string) => Buffer.from(text).toString("latin1");
