import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  addClientSecret,
  approveClient,
  findClient,
  removeClientSecret,
  rotateClientSecret,
  setClientDisabled,
  withLatestUses,
} from "../../src/administration/clients.ts";
import { asClientId } from "../../src/brand.ts";
import { hours } from "../../src/time.ts";
import { basicHeader, createClient, type TestClient } from "../support/clients.ts";
import { bearer, outcome, registered, sendJson, webClient } from "../support/registration.ts";
import { post } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const actor = { kind: "cli" } as const;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ POSTERN_REGISTRATION: "approval" });
});
afterAll(() => server.stop());

const ask = async (id: string, secret: string, body: Record<string, string> = {}) =>
  (
    await post(
      server,
      "/auth/token",
      { grant_type: "client_credentials", ...body },
      { authorization: basicHeader(id, secret) },
    )
  ).status;
const secretsOf = async ({ id }: Pick<TestClient, "id">) =>
  (await server.context.store.clients.find(asClientId(id)))?.secrets ?? [];
const refusalOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("a client with two secrets", () => {
  test("either is right until one is removed, and the third takes the place of the oldest", async () => {
    const client = await createClient(server, { grant_types: ["client_credentials"] });
    const id = asClientId(client.id);
    const first = client.secret ?? "";
    const second = (await addClientSecret(server.context, actor, id)).secret.reveal();
    expect([await ask(id, first), await ask(id, second), await ask(id, "")]).toEqual([200, 200, 401]);
    const third = (await addClientSecret(server.context, actor, id)).secret.reveal();
    expect([await ask(id, first), await ask(id, second), await ask(id, third)]).toEqual([401, 200, 200]);
    const [, older] = await secretsOf(client);
    await removeClientSecret(server.context, actor, id, older?.id ?? "");
    expect([await ask(id, second), await ask(id, third)]).toEqual([401, 200]);
  });

  test("a rotation refuses them all from then on", async () => {
    const client = await createClient(server, { grant_types: ["client_credentials"] });
    const id = asClientId(client.id);
    const second = (await addClientSecret(server.context, actor, id)).secret.reveal();
    const only = (await rotateClientSecret(server.context, actor, id)).secret.reveal();
    expect([await ask(id, client.secret ?? ""), await ask(id, second), await ask(id, only)]).toEqual([401, 401, 200]);
    expect(await secretsOf(client)).toHaveLength(1);
  });

  test("when each was used is kept apart", async () => {
    const client = await createClient(server, { grant_types: ["client_credentials"] });
    const id = asClientId(client.id);
    const second = (await addClientSecret(server.context, actor, id)).secret.reveal();
    await ask(id, client.secret ?? "");
    const earlier = server.context.clock.now();
    server.advance(hours(1));
    await ask(id, second);
    // Before it is written, too.
    const stored = await findClient(server.context, id);
    expect(withLatestUses(server.context, stored).secrets.map(({ lastUsedAt }) => lastUsedAt)).toEqual([
      server.context.clock.now(),
      earlier,
    ]);
    await server.context.lastUsed.write();
    const used = (await secretsOf(client)).map(({ lastUsedAt }) => lastUsedAt);
    expect(used).toEqual([server.context.clock.now(), earlier]);
  });

  test("a secret that is not there, a client without secrets and a declared client are refused", async () => {
    const { context } = server;
    const client = await createClient(server, { grant_types: ["client_credentials"] });
    const open = await createClient(server, { token_endpoint_auth_method: "none" });
    const declared = await createClient(server, {}, { origin: "file" });
    const [id, openId, declaredId] = [asClientId(client.id), asClientId(open.id), asClientId(declared.id)];
    const missing = { refusal: "missing" };
    expect(await refusalOf(removeClientSecret(context, actor, id, "none"))).toMatchObject(missing);
    expect(await refusalOf(removeClientSecret(context, actor, asClientId("none"), "none"))).toMatchObject(missing);
    expect(await refusalOf(addClientSecret(context, actor, openId))).toMatchObject({ refusal: "invalid" });
    for (const change of [
      addClientSecret(context, actor, declaredId),
      removeClientSecret(context, actor, declaredId, "none"),
    ]) {
      expect(await refusalOf(change)).toMatchObject({ refusal: "declared" });
    }
    expect(await refusalOf(approveClient(context, actor, id))).toMatchObject({ refusal: "invalid" });
  });
});

describe("POSTERN_REGISTRATION=approval", () => {
  test("7591-3-mode: anybody registers, and the client is refused until an administrator lets it in", async () => {
    const metadata = { ...webClient, grant_types: ["authorization_code", "refresh_token"] };
    const made = await registered(server, metadata);
    const id = asClientId(String(made.client_id));
    const waiting = await server.context.store.clients.find(id);
    expect(waiting).toMatchObject({ approval: "waiting", disabledAt: server.context.clock.now() });
    const secret = String(made.client_secret);
    expect(await ask(id, secret)).toBe(401);
    // RFC 7592 §2.2: it may look at itself, and change nothing.
    const change = sendJson(
      "PUT",
      String(made.registration_client_uri),
      { client_id: id, ...metadata },
      bearer(made.registration_access_token),
    );
    expect(await outcome(change)).toEqual([403, "access_denied"]);

    const enable = setClientDisabled(server.context, actor, id, false);
    expect(await refusalOf(enable)).toMatchObject({ refusal: "invalid" });
    await approveClient(server.context, actor, id);
    // Authenticated: the grant type is what it may not use.
    expect(await ask(id, secret)).toBe(400);
    const approved = await server.context.store.clients.find(id);
    expect(approved).toMatchObject({ approval: "approved", disabledAt: undefined });
  });

  test.each([
    ["other redirect URIs", { redirect_uris: ["https://evil.example/cb"] }],
    ["another name", { client_name: "Your Bank" }],
    ["another name in one language", { "client_name#de": "Ihre Bank" }],
    ["another home page", { client_uri: "https://bank.example/" }],
    ["more scopes", { scope: "openid profile" }],
    ["no secret", { token_endpoint_auth_method: "none", application_type: "web" }],
  ])("RG-10, 7591-3-mode: a client that was let in and changes to %s waits again", async (_, change) => {
    const metadata = { ...webClient, client_name: "Notes", scope: "openid" };
    const made = await registered(server, metadata);
    const id = asClientId(String(made.client_id));
    await approveClient(server.context, actor, id);
    const put = (sent: object) =>
      sendJson(
        "PUT",
        String(made.registration_client_uri),
        { client_id: id, ...sent },
        bearer(made.registration_access_token),
      );
    // Whom to write to and which version it is: nobody is led elsewhere by that.
    expect((await put({ ...metadata, contacts: ["owner@app.example"], software_version: "2" })).status).toBe(200);
    const { clients, events } = server.context.store;
    expect(await clients.find(id)).toMatchObject({ approval: "approved", disabledAt: undefined });
    server.advance(hours(1));
    expect((await put({ ...metadata, ...change })).status).toBe(200);
    expect(await clients.find(id)).toMatchObject({ approval: "waiting", disabledAt: server.context.clock.now() });
    expect((await events.list(1))[0]).toMatchObject({ name: "client.updated", detail: { approval: "waiting" } });
    expect(await ask(id, String(made.client_secret))).toBe(401);
    expect(await outcome(put(metadata))).toEqual([403, "access_denied"]);
    await approveClient(server.context, actor, id);
    expect(await clients.find(id)).toMatchObject({ approval: "approved", disabledAt: undefined });
  });
});
