import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { findAccountLink } from "../../src/administration/links.ts";
import { replaceRecoveryCodes } from "../../src/identity/recovery-codes.ts";
import { minutes } from "../../src/time.ts";
import { type Api, administratorApi, listed, problemOf, text } from "../support/api.ts";
import type { TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { createDeviceClient, decide, poll, signedInBrowser, startDevice } from "../support/devices.ts";
import { grantTokens } from "../support/grants.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { ownToken, refresh, refusalOf, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let api: Api & { readonly client: TestClient };
let app: TestClient;
beforeAll(async () => {
  server = await startTestServer();
  api = await administratorApi(server);
  app = await createClient(server, { grant_types: ["authorization_code", "refresh_token"] });
});
afterAll(() => server.stop());

const byClient = () => ({ kind: "client", clientId: api.client.id });
const lastEvent = async () => (await server.context.store.events.list(1))[0];
let serial = 0;
const somebody = (): Promise<TestPerson> => createPerson(server, { username: `somebody${++serial}` });
const isSignedIn = async (browser: TestBrowser) => (await browser.get("/device")).status === 200;

describe("links", () => {
  test("a reset link lets the person choose another password, once", async () => {
    const person = await somebody();
    const answer = await api.send("POST", `/users/${person.user.id}/links`, { kind: "reset" });
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([201, "no-store"]);
    const url = text(answer, "url");
    expect(answer.body).toEqual({ kind: "reset", url, expires_at: "2030-01-02T00:00:00Z" });
    expect(url).toStartWith(`${server.issuer}/login/link?token=`);
    expect(await lastEvent()).toMatchObject({
      name: "link.created",
      userId: person.user.id,
      actor: byClient(),
      detail: { kind: "reset" },
    });
    expect(JSON.stringify(await lastEvent())).not.toContain(new URL(url).searchParams.get("token") ?? "?");
  });

  test("a newer link of the kind makes the older one void", async () => {
    const { user } = await somebody();
    const { store, clock } = server.context;
    const made = async () => {
      const answer = await api.send("POST", `/users/${user.id}/links`, { kind: "invite", expires_in: 60 });
      return new URL(text(answer, "url")).searchParams.get("token") ?? "";
    };
    const [first, second] = [await made(), await made()];
    expect(await findAccountLink({ store, clock }, first)).toBeUndefined();
    expect(await findAccountLink({ store, clock }, second)).toMatchObject({ kind: "invite" });
    server.advance(minutes(1));
    expect(await findAccountLink({ store, clock }, second)).toBeUndefined();
  });

  test.each([
    [{}, "400 invalid_request kind"],
    [{ kind: "recover" }, "400 invalid_request kind"],
    [{ kind: "reset", expires_in: 59 }, "400 invalid_request expires_in"],
    [{ kind: "reset", expires_in: 2_592_001 }, "400 invalid_request expires_in"],
    [{ kind: "reset", expires_in: "60" }, "400 invalid_request expires_in"],
    [{ kind: "reset", url: "https://evil.example" }, "400 unknown_member"],
  ])("%j is refused", async (body, problem) => {
    const { user } = await somebody();
    expect(problemOf(await api.send("POST", `/users/${user.id}/links`, body))).toBe(problem);
  });

  test("somebody who is disabled gets none", async () => {
    const { user } = await somebody();
    await api.send("PUT", `/users/${user.id}/disabled`, { disabled: true });
    expect(problemOf(await api.send("POST", `/users/${user.id}/links`, { kind: "reset" }))).toBe(
      "400 invalid_value username",
    );
  });
});

describe("second factors", () => {
  test("they are shown by their number, and taken away together", async () => {
    const { user } = await somebody();
    const { store, clock } = server.context;
    const at = clock.now();
    const event = { at, name: "totp.enabled", actor: { kind: "user", userId: user.id }, userId: user.id } as const;
    await store.factors.enableTotp({
      userId: user.id,
      totp: { sealedSeed: "sealed", confirmedAt: at, lastStep: 0 },
      event,
    });
    const codes = await replaceRecoveryCodes(server.context, { userId: user.id });
    const browser = await signedInBrowser(server, user);
    const answer = await api.get(`/users/${user.id}`);
    expect(answer.body.factors).toEqual({ passkeys: 0, totp: true, recovery_codes_left: codes.length });
    expect(answer.text).not.toContain("sealed");
    expect((await api.send("DELETE", `/users/${user.id}/factors`)).status).toBe(204);
    expect(await lastEvent()).toMatchObject({ name: "factors.reset", userId: user.id, actor: byClient() });
    expect((await api.get(`/users/${user.id}`)).body.factors).toEqual({
      passkeys: 0,
      totp: false,
      recovery_codes_left: 0,
    });
    expect(await isSignedIn(browser)).toBe(false);
  });
});

describe("sessions", () => {
  test("they are listed, of one person or of all, and ended one by one", async () => {
    const [ann, bob] = [await somebody(), await somebody()];
    const browser = await signedInBrowser(server, ann.user);
    await signedInBrowser(server, bob.user);
    expect(await isSignedIn(browser)).toBe(true);
    const mine = await api.get(`/sessions?user_id=${ann.user.id}`);
    expect(mine.body).toMatchObject({ total: 1, next: null });
    const [id] = listed(mine, "id");
    expect(mine.body.items).toEqual([
      {
        id,
        user_id: ann.user.id,
        username: ann.username,
        amr: ["pwd"],
        auth_time: expect.any(String),
        created_at: expect.any(String),
        last_seen_at: expect.any(String),
        address: "::1",
      },
    ]);
    const cookie = browser.cookies.get("postern") ?? "?";
    expect(mine.text).not.toContain(cookie);
    expect(new Set(listed(await api.get("/sessions"), "user_id"))).toEqual(new Set([ann.user.id, bob.user.id]));
    expect((await api.send("DELETE", `/sessions/${id}`)).status).toBe(204);
    expect(await lastEvent()).toMatchObject({ name: "session.ended", userId: ann.user.id, actor: byClient() });
    expect(await isSignedIn(browser)).toBe(false);
    expect(problemOf(await api.send("DELETE", `/sessions/${id}`))).toBe("404 not_found");
    expect(problemOf(await api.send("DELETE", "/sessions/nothing"))).toBe("404 not_found");
  });

  test("all of a person end at once, and nobody else's", async () => {
    const [ann, bob] = [await somebody(), await somebody()];
    const browsers = [
      await signedInBrowser(server, ann.user),
      await signedInBrowser(server, ann.user),
      await signedInBrowser(server, bob.user),
    ];
    expect((await api.send("DELETE", `/users/${ann.user.id}/sessions`)).body).toEqual({ ended: 2 });
    const states: boolean[] = [];
    for (const browser of browsers) states.push(await isSignedIn(browser));
    expect(states).toEqual([false, false, true]);
    expect((await api.send("DELETE", `/users/${ann.user.id}/sessions`)).body).toEqual({ ended: 0 });
  });

  test("one that has been idle for too long is not listed", async () => {
    const { user } = await somebody();
    await signedInBrowser(server, user);
    const path = `/sessions?user_id=${user.id}`;
    expect((await api.get(path)).body.total).toBe(1);
    server.advance(server.context.config.sessionLifetime);
    server.advance(minutes(1));
    const later = await administratorApi(server);
    expect((await later.get(path)).body).toMatchObject({ total: 0, items: [] });
    api = later;
  });
});

describe("grants", () => {
  test("they are listed with what they allow, and ended one by one with their tokens", async () => {
    const { accessToken, refreshToken, grant, user } = await grantTokens(server, { client: app.client });
    const answer = await api.get(`/grants?user_id=${user.id}`);
    expect(answer.body).toMatchObject({ total: 1, next: null });
    const [item] = Array.isArray(answer.body.items) ? answer.body.items : [];
    expect(item).toEqual({
      id: grant.id,
      client_id: app.id,
      user_id: user.id,
      username: user.username,
      scope: "openid offline_access",
      amr: ["pwd"],
      auth_time: expect.any(String),
      created_at: expect.any(String),
      last_used_at: expect.any(String),
      refresh_expires_at: expect.any(String),
    });
    expect((await api.get(`/grants/${grant.id}`)).body).toEqual(item);
    expect((await userinfo(server, accessToken)).status).toBe(200);
    expect((await api.send("DELETE", `/grants/${grant.id}`)).status).toBe(204);
    expect(await lastEvent()).toMatchObject({ name: "grant.ended", grantId: grant.id, actor: byClient() });
    expect((await userinfo(server, accessToken)).status).toBe(401);
    expect(await refusalOf(refresh(server, app, refreshToken))).toBe("400 invalid_grant");
    expect(problemOf(await api.send("DELETE", `/grants/${grant.id}`))).toBe("404 not_found");
    expect((await api.get(`/grants?user_id=${user.id}`)).body.total).toBe(0);
    expect((await api.get(`/grants?user_id=${user.id}&ended=true`)).body).toMatchObject({
      total: 1,
      items: [{ ended_because: "revoked" }],
    });
    expect((await api.get(`/grants/${grant.id}`)).body).toHaveProperty("ended_at");
  });

  test("all of a person end at once, or those of one client", async () => {
    const other = await createClient(server);
    const { user } = await somebody();
    const given = [
      await grantTokens(server, { client: app.client, user }),
      await grantTokens(server, { client: app.client, user }),
      await grantTokens(server, { client: other.client, user }),
    ];
    const path = `/users/${user.id}/grants`;
    expect((await api.send("DELETE", `${path}?client_id=${app.id}`)).body).toEqual({ ended: 2 });
    expect((await userinfo(server, given[2]?.accessToken ?? "")).status).toBe(200);
    expect((await api.send("DELETE", path)).body).toEqual({ ended: 1 });
    expect((await api.send("DELETE", path)).body).toEqual({ ended: 0 });
    expect((await userinfo(server, given[2]?.accessToken ?? "")).status).toBe(401);
  });

  test("DV-21: what was allowed and not collected yet ends with them: no grant comes to life after", async () => {
    const tv = await createDeviceClient(server);
    const { user } = await somebody();
    const browser = await signedInBrowser(server, user);
    const ends = [`/users/${user.id}/grants`, `/users/${user.id}/grants?client_id=${tv.id}`];
    for (const end of ends) {
      const device = await startDevice(server, tv, { scope: "openid" });
      await decide(browser, device.userCode, "approve");
      expect((await api.send("DELETE", end)).body).toEqual({ ended: 0 });
      expect(await refusalOf(poll(server, device))).toBe("400 access_denied");
    }
  });

  test("they are narrowed by client, and pages keep what was asked", async () => {
    const client = await createClient(server);
    for (let count = 0; count < 3; count++) await grantTokens(server, { client: client.client });
    const first = await api.get(`/grants?client_id=${client.id}&limit=2`);
    expect(first.body).toMatchObject({ total: 3, next: `/api/v1/grants?client_id=${client.id}&limit=2&offset=2` });
    const second = await api.get(text(first, "next").slice("/api/v1".length));
    expect(new Set([...listed(first, "id"), ...listed(second, "id")]).size).toBe(3);
    for (const query of ["ended=maybe", "ended=", "client_id=a&client_id=b", "user=x", "limit=x"])
      expect((await api.get(`/grants?${query}`)).status).toBe(400);
  });

  test("a client's own grant has nobody behind it, and goes on after its end with new tokens", async () => {
    const machine = await administratorApi(server);
    const answer = await api.get(`/grants?client_id=${machine.client.id}`);
    expect(listed(answer, "user_id")).toEqual([undefined]);
    const [id] = listed(answer, "id");
    expect((await api.send("DELETE", `/grants/${id}`)).status).toBe(204);
    expect(problemOf(await machine.get("/me"))).toBe("401 invalid_token");
    expect(await ownToken(server, machine.client, "postern:admin")).toStartWith("pst_at_");
  });

  test("one that is not there is 404", async () => {
    for (const method of ["GET", "DELETE"])
      expect(problemOf(await api.send(method, "/grants/nothing"))).toBe("404 not_found");
  });
});
