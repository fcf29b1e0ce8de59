import { afterAll, beforeAll, expect, test } from "bun:test";
import { asUserId } from "../../src/brand.ts";
import type { AuditEvent } from "../../src/model/event.ts";
import { startWithAdministrator } from "../support/administrators.ts";
import { administratorApi } from "../support/api.ts";
import { authorizationCode, redeem } from "../support/authorization.ts";
import { createClient, mayRefresh } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ POSTERN_REGISTRATION: "approval", POSTERN_TRUSTED_PROXIES: "127.0.0.1" });
});
afterAll(() => server.stop());

const address = "192.0.2.77";

/** Everything that the API can change, once. Answers the events of who did it. */
async function useWholeApi(): Promise<readonly AuditEvent[]> {
  const api = await administratorApi(server);
  const sent = async (method: string, path: string, body?: object) => {
    const answer = await api.send(method, path, body, { "x-forwarded-for": address });
    expect([method, path, answer.status < 300]).toEqual([method, path, true]);
    return answer.body;
  };
  const { id } = await sent("POST", "/users", { username: "ann" });
  const ann = `/users/${id}`;
  await sent("PATCH", ann, { display_name: "Ann" });
  await sent("PUT", `${ann}/disabled`, { disabled: true });
  await sent("PUT", `${ann}/disabled`, { disabled: false });
  await sent("PUT", `${ann}/password`, { password: "nine lives of a cat" });
  await sent("POST", `${ann}/links`, { kind: "reset" });
  await sent("DELETE", `${ann}/factors`);
  await sent("DELETE", `${ann}/lockout`);

  const app = await createClient(server, mayRefresh);
  const user = await server.context.store.users.find(asUserId(String(id)));
  if (user === undefined) throw new Error("the person is gone");
  const grantOf = async () => {
    const browser = await signedInBrowser(server, user);
    await redeem(server, app, await authorizationCode(browser, app, { scope: "openid offline_access" }));
    const [grant] = await server.context.store.grants.list({ userId: user.id, liveAt: server.context.clock.now() });
    return grant?.id ?? "none";
  };
  await sent("DELETE", `/grants/${await grantOf()}`);
  await grantOf();
  await sent("DELETE", `${ann}/grants`);
  const [session] = await server.context.store.sessions.list(user.id);
  await sent("DELETE", `/sessions/${session?.id}`);
  await sent("DELETE", `${ann}/sessions`);
  await sent("DELETE", ann);

  const { client_id } = await sent("POST", "/clients", {
    client_name: "Wiki",
    redirect_uris: ["https://wiki.example/cb"],
  });
  const wiki = `/clients/${client_id}`;
  await sent("PUT", wiki, { client_name: "Wiki 2", redirect_uris: ["https://wiki.example/cb"] });
  const { id: secretId } = await sent("POST", `${wiki}/secrets`);
  await sent("DELETE", `${wiki}/secrets/${secretId}`);
  await sent("POST", `${wiki}/secrets/rotate`);
  await sent("PUT", `${wiki}/disabled`, { disabled: true });
  await sent("PUT", `${wiki}/disabled`, { disabled: false });
  await sent("DELETE", wiki);
  const registered = await fetch(`${server.address}/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: ["https://app.example/cb"] }),
  });
  const { client_id: waiting } = (await registered.json()) as { readonly client_id: string };
  await sent("PUT", `/clients/${waiting}/approved`, { approved: true });
  await sent("POST", "/registration-tokens", {});
  await sent("POST", "/keys/rotate");
  const events = await server.context.store.events.list(500);
  return events.filter(({ actor }) => actor.kind === "client" && actor.clientId === api.client.id);
}

test("every act of an administrator at the API is an event with who did it and from where", async () => {
  const events = await useWholeApi();
  expect(new Set(events.map(({ name }) => name))).toEqual(
    new Set([
      "user.created",
      "user.updated",
      "user.disabled",
      "user.enabled",
      "user.password-changed",
      "link.created",
      "factors.reset",
      "user.unlocked",
      "grant.ended",
      "session.ended",
      "user.deleted",
      "client.created",
      "client.updated",
      "client.secret-added",
      "client.secret-removed",
      "client.secret-rotated",
      "client.disabled",
      "client.enabled",
      "client.deleted",
      "client.approved",
      "registration-token.created",
      "key.rotated",
    ]),
  );
  expect(events.filter((event) => event.address !== address)).toEqual([]);
});

test("an act of an administrator on a page is an event with the address of the browser", async () => {
  const { server: other, root, browser } = await startWithAdministrator();
  const page = await browser.get("/admin/keys/rotate");
  await browser.submit(page, "rotate-keys");
  const [event] = await other.context.store.events.list(1);
  await other.stop();
  expect(event).toMatchObject({ name: "key.rotated", actor: { kind: "user", userId: root.user.id } });
  expect(event?.address).toMatch(/^(?:::1|127\.0\.0\.1)$/);
});
