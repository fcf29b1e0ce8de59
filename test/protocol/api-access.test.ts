import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { minutes } from "../../src/time.ts";
import { administratorApi, apiWith, createAdministratorClient, problemOf } from "../support/api.ts";
import { createClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import { createPerson, disablePerson } from "../support/people.ts";
import { bodyOf, introspection, ownToken, revocation, tokenRequest, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { enrolTotp } from "../support/totp.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const operator = { kind: "system" } as const;
const asked = (token: string | undefined) => apiWith(server, token).get("/me");

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly described: Readonly<Record<string, unknown>>;
}

/** Every operation of the API, as its document tells of it. */
async function operations(): Promise<readonly Operation[]> {
  const { paths: described } = await bodyOf(fetch(server.address + paths.openapi));
  return Object.entries(described ?? {})
    .filter(([path]) => path.startsWith(paths.api))
    .flatMap(([path, methods]) =>
      Object.entries<Operation["described"]>(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: path.slice(paths.api.length).replaceAll(/\{\w+\}/g, "some-id"),
        described: operation,
      })),
    );
}

describe("every operation", () => {
  test("says that it needs a bearer token, and what it answers", async () => {
    const all = await operations();
    expect(all.length).toBeGreaterThan(30);
    for (const { method, path, described } of all) {
      expect([method, path, described.security, described.tags]).toEqual([
        method,
        path,
        [{ bearer: [] }],
        ["Administration"],
      ]);
      expect(Object.keys(described.responses ?? {})).toEqual(expect.arrayContaining(["400", "401", "403", "500"]));
    }
  });

  test("6750-3-none: without a token it is 401, and the challenge says where to get one", async () => {
    const nobody = apiWith(server, undefined);
    for (const { method, path } of await operations()) {
      // Not even what is malformed about the rest is told.
      for (const body of [undefined, "{"]) {
        const sent = method === "GET" ? undefined : body;
        const answer = await nobody.send(method, `${path}?limit=x`, sent);
        expect([method, path, problemOf(answer)]).toEqual([method, path, "401 invalid_token"]);
        const challenge = answer.headers.get("www-authenticate") ?? "";
        expect(challenge).toStartWith(`Bearer realm="${server.issuer}"`);
        expect(challenge).toContain('scope="postern:admin"');
        expect(challenge).toContain(`resource_metadata="${server.issuer}/.well-known/oauth-protected-resource"`);
        expect(challenge).not.toContain("error=");
      }
    }
  });

  test("6750-3.1-scope: with the token of an ordinary sign-in it is 403, be the person an administrator or not", async () => {
    const app = await createClient(server);
    for (const role of ["user", "admin"] as const) {
      const { user } = await createPerson(server, { username: `plain-${role}`, role });
      const { accessToken } = await grantTokens(server, { client: app.client, user });
      const person = apiWith(server, accessToken);
      for (const { method, path } of await operations()) {
        const answer = await person.send(method, path, method === "GET" ? undefined : {});
        expect([method, path, problemOf(answer)]).toEqual([method, path, "403 insufficient_scope"]);
        expect(answer.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
      }
    }
  });

  test("cookies are not read, and no other origin is let in", async () => {
    for (const { method, path } of await operations()) {
      const answer = await apiWith(server, undefined).send(method, path, undefined, {
        cookie: "postern=x; postern-browser=y",
        origin: "https://evil.example",
      });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    const preflight = await apiWith(server, undefined).send("OPTIONS", "/users", undefined, {
      origin: "https://evil.example",
      "access-control-request-method": "POST",
    });
    expect(preflight.status).toBe(405);
    expect(preflight.headers.get("access-control-allow-methods")).toBeNull();
  });
});

describe("a client's own token", () => {
  test("it is the client who asks", async () => {
    const { get, client } = await administratorApi(server);
    const answer = await get("/me");
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(answer.body).toEqual({
      kind: "client",
      client_id: client.id,
      client_name: "Provisioning",
      scope: "postern:admin",
      expires_at: expect.stringMatching(/^2030-01-01T0\d:\d\d:00Z$/),
    });
  });

  test("a JWT will do as well", async () => {
    const client = await createClient(server, {
      grant_types: ["client_credentials"],
      scope: "postern:admin",
      access_token_format: "jwt",
    });
    const token = await ownToken(server, client, "postern:admin");
    expect(token).toStartWith("eyJ");
    expect((await asked(token)).body).toMatchObject({ kind: "client", client_id: client.id });
  });

  test("it is of use here and nowhere else", async () => {
    const client = await createAdministratorClient(server);
    const token = await ownToken(server, client, "postern:admin");
    const resource = await createClient(server, { grant_types: [], resource_server: true });
    expect(await bodyOf(introspection(server, resource, token))).toEqual({ active: false });
    expect((await userinfo(server, token)).status).toBe(401);
  });

  test.each([
    ["malformed", "Bearer"],
    ["of another kind", "Basic abc"],
    ["two words", "Bearer a b"],
  ])("a header that is %s is 401", async (_, authorization) => {
    const answer = await apiWith(server, undefined).send("GET", "/me", undefined, { authorization });
    expect(problemOf(answer)).toBe("401 invalid_token");
  });

  test("6750-3.1-invalid: what was never a token, or no access token, is 401", async () => {
    const app = await createClient(server, { grant_types: ["authorization_code", "refresh_token"] });
    const { tokens, refreshToken } = await grantTokens(server, { client: app.client });
    for (const token of ["nonsense", "pst_at_AAAA", refreshToken, tokens.id_token, app.secret]) {
      const answer = await asked(token);
      expect(problemOf(answer)).toBe("401 invalid_token");
      expect(answer.headers.get("www-authenticate")).toContain('error="invalid_token"');
    }
  });

  test("6750-2.3-query: a token in the query or the body is none", async () => {
    const client = await createAdministratorClient(server);
    const token = await ownToken(server, client, "postern:admin");
    const nobody = apiWith(server, undefined);
    expect(problemOf(await nobody.get(`/me?access_token=${token}`))).toBe("401 invalid_token");
    expect(problemOf(await nobody.send("POST", "/users", { access_token: token }))).toBe("401 invalid_token");
  });

  test("it ends with its time", async () => {
    const { get } = await administratorApi(server);
    expect((await get("/me")).status).toBe(200);
    server.advance(minutes(61));
    expect(problemOf(await get("/me"))).toBe("401 invalid_token");
  });

  test("it ends when it is revoked, when its client is disabled, deleted, or loses the scope; at once", async () => {
    const { store } = server.context;
    const withToken = async () => {
      const client = await createAdministratorClient(server);
      return { client, token: await ownToken(server, client, "postern:admin") };
    };
    const at = server.context.clock.now();

    const revoked = await withToken();
    await revocation(server, revoked.client, revoked.token);
    expect(problemOf(await asked(revoked.token))).toBe("401 invalid_token");

    const disabled = await withToken();
    const { client, token } = disabled;
    const event = { at, name: "client.disabled", actor: operator, clientId: client.client.id } as const;
    await store.clients.setDisabled({ id: client.client.id, at, event });
    expect(problemOf(await asked(token))).toBe("401 invalid_token");

    const deleted = await withToken();
    const { id } = deleted.client.client;
    await store.clients.delete({ id, event: { at, name: "client.deleted", actor: operator, clientId: id } });
    expect(problemOf(await asked(deleted.token))).toBe("401 invalid_token");

    const narrowed = await withToken();
    const { client: before } = narrowed.client;
    await store.clients.update({
      id: before.id,
      metadata: { ...before.metadata, scope: "mail.read" },
      forgetConsents: false,
      event: { at, name: "client.updated", actor: operator, clientId: before.id },
    });
    expect(problemOf(await asked(narrowed.token))).toBe("403 insufficient_scope");
  });

  test.each([
    ["POST", "/users", '{"username":"late"}'],
    ["POST", "/clients", '{"client_id":"late","grant_types":["client_credentials"]}'],
    ["PUT", "/clients/late", '{"grant_types":["client_credentials"]}'],
  ])(
    "who holds the body of a %s %s back until the token has ended does nothing with it",
    async (method, path, body) => {
      const client = await createAdministratorClient(server);
      const token = await ownToken(server, client, "postern:admin");
      const isRevoked = Promise.withResolvers<void>();
      const held = new ReadableStream({
        start: async (controller) => {
          controller.enqueue(new TextEncoder().encode(body.slice(0, 5)));
          await isRevoked.promise;
          controller.enqueue(new TextEncoder().encode(body.slice(5)));
          controller.close();
        },
      });
      const answer = fetch(server.address + paths.api + path, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: held,
      });
      // The server answers others meanwhile: it has seen the head of the one that waits.
      for (let asking = 0; asking < 3; asking++) expect((await asked(token)).status).toBe(200);
      await revocation(server, client, token);
      isRevoked.resolve();
      expect((await answer).status).toBe(401);
      expect(await server.context.store.users.findByName("late")).toBeUndefined();
      expect((await server.context.store.clients.list()).map(({ id }) => String(id))).not.toContain("late");
    },
  );

  test("a client that was not given the scope cannot ask for it", async () => {
    const other = await createClient(server, { grant_types: ["client_credentials"], scope: "mail.read" });
    const answer = await tokenRequest(server, other, { grant_type: "client_credentials", scope: "postern:admin" });
    expect([answer.status, (await bodyOf(answer)).error]).toEqual([400, "invalid_scope"]);
  });
});

describe("an administrator's own token", () => {
  const approving = async (role: "admin" | "user" = "admin") => {
    const app = await createClient(server, {
      client_name: "Console",
      grant_types: ["authorization_code", "refresh_token"],
      scope: "openid postern:admin",
    });
    const person = await createPerson(server, { username: `console-${crypto.randomUUID().slice(0, 8)}`, role });
    const given = await grantTokens(server, { client: app.client, user: person.user, scope: ["postern:admin"] });
    return { app, person, ...given };
  };

  test("it is the person who asks, and who stands in the audit log", async () => {
    const { accessToken, user, app } = await approving();
    const api = apiWith(server, accessToken);
    expect((await api.get("/me")).body).toMatchObject({
      kind: "user",
      user_id: user.id,
      username: user.username,
      client_id: app.id,
      client_name: "Console",
      scope: "postern:admin",
    });
    const made = await api.send("POST", "/users", { username: "by-console" });
    const [event] = await server.context.store.events.list(1);
    expect(event).toMatchObject({
      name: "user.created",
      userId: made.body.id,
      actor: { kind: "user", userId: user.id },
    });
  });

  test("another token of the same administrator, from the same client, does nothing", async () => {
    const { app, user } = await approving();
    const { accessToken } = await grantTokens(server, { client: app.client, user, scope: ["openid"] });
    expect(problemOf(await asked(accessToken))).toBe("403 insufficient_scope");
  });

  test("it is dead as soon as the person is no administrator any more, and so is the refresh token", async () => {
    const { accessToken, refreshToken, user, app } = await approving();
    const { store, clock } = server.context;
    const event = { at: clock.now(), name: "user.updated", actor: operator, userId: user.id } as const;
    expect((await asked(accessToken)).status).toBe(200);
    await store.users.update({ id: user.id, changes: { role: "user" }, event });
    expect(problemOf(await asked(accessToken))).toBe("401 invalid_token");
    const refreshed = await tokenRequest(server, app, { grant_type: "refresh_token", refresh_token: refreshToken });
    expect([refreshed.status, (await bodyOf(refreshed)).error]).toEqual([400, "invalid_grant"]);
  });

  test("it does not come back with the role", async () => {
    const { accessToken, refreshToken, user, app } = await approving();
    const { send } = await administratorApi(server);
    const path = `/users/${user.id}`;
    const other = await grantTokens(server, { client: app.client, user, scope: ["openid"] });
    expect((await send("PATCH", path, { role: "user" })).status).toBe(200);
    expect((await send("PATCH", path, { role: "admin" })).status).toBe(200);
    expect(problemOf(await asked(accessToken))).toBe("401 invalid_token");
    const refreshed = await tokenRequest(server, app, { grant_type: "refresh_token", refresh_token: refreshToken });
    expect(refreshed.status).toBe(400);
    // What has nothing to do with the role goes on.
    expect((await userinfo(server, other.accessToken)).status).toBe(200);
  });

  test("it ends with the person's account", async () => {
    const { accessToken, person } = await approving();
    await disablePerson(server, person);
    expect(problemOf(await asked(accessToken))).toBe("401 invalid_token");
  });

  test("somebody who never was an administrator has none, whatever the grant says", async () => {
    const { accessToken } = await approving("user");
    expect(problemOf(await asked(accessToken))).toBe("401 invalid_token");
  });

  test("S-09-second-factor: one that was given by a password alone does nothing once the person has a second factor", async () => {
    const { accessToken, refreshToken, app, person } = await approving();
    await enrolTotp(server, person);
    expect(problemOf(await asked(accessToken))).toBe("401 invalid_token");
    const refreshed = await tokenRequest(server, app, { grant_type: "refresh_token", refresh_token: refreshToken });
    expect(problemOf(await asked(String((await bodyOf(refreshed)).access_token)))).toBe("401 invalid_token");
    const amr = ["pwd", "otp", "mfa"];
    const given = await grantTokens(server, { client: app.client, user: person.user, scope: ["postern:admin"], amr });
    expect((await asked(given.accessToken)).status).toBe(200);
  });

  test("S-13-policy: nor does it where administrators must have one", async () => {
    const strict = await startTestServer({ POSTERN_MFA: "admins" });
    const { client } = await createClient(strict, { scope: "postern:admin" });
    const { user } = await createPerson(strict, { role: "admin" });
    const answerTo = async (amr: readonly string[]) =>
      apiWith(strict, (await grantTokens(strict, { client, user, scope: ["postern:admin"], amr })).accessToken).get(
        "/me",
      );
    expect(problemOf(await answerTo(["pwd"]))).toBe("401 invalid_token");
    expect((await answerTo(["pwd", "otp", "mfa"])).status).toBe(200);
    await strict.stop();
  });

  test("a refresh gives the same again, and nothing wider", async () => {
    const { refreshToken, app } = await approving();
    const refreshed = (fields: object) =>
      tokenRequest(server, app, { grant_type: "refresh_token", refresh_token: refreshToken, ...fields });
    const again = await bodyOf(refreshed({}));
    expect(again.scope).toBe("postern:admin");
    expect((await asked(String(again.access_token))).status).toBe(200);
    for (const scope of ["openid", "openid postern:admin", "postern:introspect"])
      expect((await bodyOf(refreshed({ scope }))).error).toBe("invalid_scope");
  });
});
