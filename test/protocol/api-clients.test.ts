import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { asClientId } from "../../src/brand.ts";
import { paths } from "../../src/http/paths.ts";
import { seconds } from "../../src/time.ts";
import { type Api, administratorApi, listed, problemOf, text } from "../support/api.ts";
import { basicHeader, createClient, type TestClient } from "../support/clients.ts";
import { bodyOf, post, refusalOf, tokenRequest } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let api: Api & { readonly client: TestClient };
beforeAll(async () => {
  server = await startTestServer({ POSTERN_REGISTRATION: "approval" });
  api = await administratorApi(server);
});
afterAll(() => server.stop());

const byClient = () => ({ kind: "client", clientId: api.client.id });
const lastEvent = async () => (await server.context.store.events.list(1))[0];

const web = { client_name: "Wiki", redirect_uris: ["https://wiki.example/cb"] };
const service = { client_name: "Backup", grant_types: ["client_credentials"], scope: "files.read" };
let serial = 0;
const newId = () => `client-${++serial}`;

/** What the server says to a client that asks for a token of its own. */
const authenticates = async (id: string, secret: unknown): Promise<boolean> =>
  (
    await tokenRequest(
      server,
      { id, secret: String(secret), basic: basicHeader(id, String(secret)) },
      { grant_type: "client_credentials" },
    )
  ).status === 200;

describe("creating", () => {
  test("7591-3.2.1-body: a client is made in the names of RFC 7591, and its secret is told once", async () => {
    const answer = await api.send("POST", "/clients", { ...web, client_id: "wiki", "client_name#de": "Das Wiki" });
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([201, "no-store"]);
    expect(answer.headers.get("location")).toBe(`${server.issuer}/api/v1/clients/wiki`);
    expect(answer.body).toEqual({
      client_id: "wiki",
      client_id_issued_at: expect.any(Number),
      client_secret: expect.stringMatching(/^pst_cs_[\w-]{43}$/),
      client_secret_expires_at: 0,
      ...web,
      "client_name#de": "Das Wiki",
      grant_types: ["authorization_code"],
      response_types: ["code"],
      application_type: "web",
      token_endpoint_auth_method: "client_secret_basic",
      id_token_signed_response_alg: "RS256",
      origin: "administrator",
      declared: false,
      disabled: false,
      approval: "none",
      secrets: [{ id: expect.any(String), created_at: "2030-01-01T00:00:00Z" }],
    });
    const { client_secret: _, ...shown } = answer.body;
    expect((await api.get("/clients/wiki")).body).toEqual(shown);
    expect(await lastEvent()).toMatchObject({ name: "client.created", clientId: "wiki", actor: byClient() });
  });

  test("what only an administrator says of a client is taken", async () => {
    const { body } = await api.send("POST", "/clients", {
      ...web,
      first_party: true,
      require_pkce: false,
      require_mfa: true,
      rotate_refresh_tokens: true,
      access_token_format: "jwt",
      resource_server: true,
      accepts: "files.read",
      scope: "openid postern:admin",
    });
    expect(body).toMatchObject({ first_party: true, require_mfa: true, accepts: "files.read" });
    expect(body.scope).toBe("openid postern:admin");
    expect(body.client_id).toMatch(/^[\w-]{22}$/);
  });

  test("a resource server needs no grant type; a public client gets no secret", async () => {
    const resource = await api.send("POST", "/clients", { client_name: "Files", resource_server: true });
    expect([resource.status, resource.body.grant_types]).toEqual([201, []]);
    const phone = await api.send("POST", "/clients", { ...web, token_endpoint_auth_method: "none" });
    expect([phone.status, phone.body.secrets]).toEqual([201, []]);
    expect(phone.body).not.toHaveProperty("client_secret");
  });

  test("an id that is taken is a conflict, be it a client's or a person's", async () => {
    const { body } = await api.send("POST", "/users", { username: "somebody" });
    expect(problemOf(await api.send("POST", "/clients", { ...web, client_id: "wiki" }))).toBe("409 taken client_id");
    expect(problemOf(await api.send("POST", "/clients", { ...web, client_id: body.id }))).toBe("409 taken client_id");
  });

  test.each([
    [{ client_id: "" }, "400 invalid_value client_id"],
    [{ client_id: "two words" }, "400 invalid_value client_id"],
    [{ client_id: "." }, "400 invalid_value client_id"],
    [{ client_id: ".." }, "400 invalid_value client_id"],
    [{ client_id: "x".repeat(65) }, "400 invalid_value client_id"],
    [{ client_id: 5 }, "400 invalid_client_metadata client_id"],
    [{ client_name: 5 }, "400 invalid_client_metadata client_name"],
    [{ redirect_uris: "https://a.example/" }, "400 invalid_redirect_uri redirect_uris"],
    [{ redirect_uris: [] }, "400 invalid_redirect_uri redirect_uris"],
    [{ redirect_uris: ["http://a.example/"] }, "400 invalid_redirect_uri redirect_uris"],
    [{ redirect_uris: ["javascript:alert(1)"] }, "400 invalid_redirect_uri redirect_uris"],
    [{ post_logout_redirect_uris: ["x"] }, "400 invalid_client_metadata post_logout_redirect_uris"],
    [{ grant_types: ["password"] }, "400 invalid_client_metadata grant_types"],
    [{ token_endpoint_auth_method: "tls" }, "400 invalid_client_metadata token_endpoint_auth_method"],
    [{ logo_uri: "http://a.example/x.png" }, "400 invalid_client_metadata logo_uri"],
    [{ first_party: true, token_endpoint_auth_method: "none" }, "400 invalid_client_metadata first_party"],
    [{ accepts: "x" }, "400 invalid_client_metadata accepts"],
    [{ scope: 'a"b' }, "400 invalid_client_metadata scope"],
    [{ redirect_uri: "https://a.example/" }, "400 unknown_member"],
    [{ client_secret: "chosen by somebody, and long enough" }, "400 unknown_member"],
    [{ origin: "file" }, "400 unknown_member"],
    [{ disabled: true }, "400 unknown_member"],
    [{ constructor: "x" }, "400 unknown_member"],
    [{ toString: "x" }, "400 unknown_member"],
  ])("%j is refused by name, and nothing is made", async (changes, problem) => {
    const before = (await server.context.store.clients.list()).length;
    expect(problemOf(await api.send("POST", "/clients", { ...web, ...changes }))).toBe(problem);
    expect((await server.context.store.clients.list()).length).toBe(before);
  });

  test("a body that is no object is refused", async () => {
    for (const body of ["[]", '"x"', "null", "5"])
      expect(problemOf(await api.send("POST", "/clients", body))).toBe("400 invalid_client_metadata");
  });
});

describe("replacing", () => {
  test("PUT makes a client of that id, and replaces it when it is there", async () => {
    const id = newId();
    const made = await api.send("PUT", `/clients/${id}`, service);
    expect([made.status, made.body.client_id, made.body.client_secret]).toEqual([201, id, expect.any(String)]);
    expect(await lastEvent()).toMatchObject({ name: "client.created", clientId: id });
    const again = await api.send("PUT", `/clients/${id}`, { ...service, client_name: "Backups", client_id: id });
    expect([again.status, again.body.client_name]).toEqual([200, "Backups"]);
    expect(again.body).not.toHaveProperty("client_secret");
    expect(again.body.secrets).toEqual(made.body.secrets);
    expect(await authenticates(id, made.body.client_secret)).toBe(true);
    expect(await lastEvent()).toMatchObject({ name: "client.updated", clientId: id, actor: byClient() });
  });

  test("RFC 9110 §13.1.1: with If-Match only what was seen is replaced; otherwise 412, and nothing is", async () => {
    const id = newId();
    const put = (client_name: string, match: string) =>
      api.send("PUT", `/clients/${id}`, { ...service, client_name }, { "if-match": match });
    expect(problemOf(await put("Too early", "*"))).toBe("412 outdated");
    const made = await api.send("PUT", `/clients/${id}`, service);
    const tag = made.headers.get("etag") ?? "";
    expect((await api.get(`/clients/${id}`)).headers.get("etag")).toBe(tag);
    expect((await put("One", tag)).status).toBe(200);
    expect(problemOf(await put("Two", tag))).toBe("412 outdated");
    expect((await api.get(`/clients/${id}`)).body.client_name).toBe("One");
  });

  test("what is left out gets its default", async () => {
    const id = newId();
    await api.send("PUT", `/clients/${id}`, { ...web, scope: "openid", contacts: ["a@b.example"] });
    const { body } = await api.send("PUT", `/clients/${id}`, web);
    expect(body).not.toHaveProperty("scope");
    expect(body).not.toHaveProperty("contacts");
  });

  test("a client that comes to use a secret gets one, and one that no longer does loses it", async () => {
    const id = newId();
    await api.send("PUT", `/clients/${id}`, { ...web, token_endpoint_auth_method: "none" });
    const confidential = await api.send("PUT", `/clients/${id}`, web);
    expect(confidential.body.client_secret).toMatch(/^pst_cs_/);
    const publicAgain = await api.send("PUT", `/clients/${id}`, { ...web, token_endpoint_auth_method: "none" });
    expect(publicAgain.body.secrets).toEqual([]);
  });

  test("another client_id in the body, a malformed one in the address, and unknown members are refused", async () => {
    const id = newId();
    expect(problemOf(await api.send("PUT", `/clients/${id}`, { ...web, client_id: "other" }))).toBe(
      "400 invalid_client_metadata client_id",
    );
    expect(problemOf(await api.send("PUT", "/clients/two%20words", web))).toBe("400 invalid_value client_id");
    expect(problemOf(await api.send("PUT", `/clients/${id}`, { ...web, redirect_uri: "x" }))).toBe(
      "400 unknown_member",
    );
  });

  test("a client that is declared in a file is changed there and not here", async () => {
    const { id } = await createClient(server, {}, { origin: "file" });
    for (const [method, below, body] of [
      ["PUT", "", web],
      ["PUT", "/disabled", { disabled: true }],
      ["POST", "/secrets", undefined],
      ["POST", "/secrets/rotate", undefined],
      ["DELETE", "/secrets/x", undefined],
      ["DELETE", "", undefined],
    ] as const) {
      expect(problemOf(await api.send(method, `/clients/${id}${below}`, body))).toBe("409 declared_in_file");
    }
  });
});

describe("disabling, approving, deleting", () => {
  test("a disabled client gets no tokens; both may be said twice", async () => {
    const id = newId();
    const { body } = await api.send("PUT", `/clients/${id}`, service);
    for (const disabled of [true, true, false, false]) {
      const answer = await api.send("PUT", `/clients/${id}/disabled`, { disabled });
      expect([answer.status, answer.body.disabled]).toEqual([200, disabled]);
      expect(await authenticates(id, body.client_secret)).toBe(!disabled);
    }
    expect(problemOf(await api.send("PUT", `/clients/${id}/disabled`, { disabled: 1 }))).toBe(
      "400 invalid_request disabled",
    );
  });

  test("a registration that waits is let in by an approval, and by nothing else", async () => {
    const registered = await bodyOf(
      post(server, paths.registration, JSON.stringify({ ...web, client_name: "Stranger" }), {
        "content-type": "application/json",
      }),
    );
    const path = `/clients/${registered.client_id}`;
    expect(listed(await api.get("/clients?approval=waiting"), "client_id")).toEqual([registered.client_id]);
    expect((await api.get(path)).body).toMatchObject({ approval: "waiting", disabled: true, origin: "registration" });
    expect(problemOf(await api.send("PUT", `${path}/disabled`, { disabled: false }))).toBe("400 invalid_value");
    expect(problemOf(await api.send("PUT", `${path}/approved`, { approved: false }))).toBe(
      "400 invalid_request approved",
    );
    for (let times = 0; times < 2; times++) {
      const answer = await api.send("PUT", `${path}/approved`, { approved: true });
      expect([answer.status, answer.body.approval, answer.body.disabled]).toEqual([200, "approved", false]);
    }
    expect(await lastEvent()).toMatchObject({ name: "client.approved", clientId: registered.client_id });
    expect(problemOf(await api.send("PUT", `/clients/wiki/approved`, { approved: true }))).toBe("400 invalid_value");
  });

  test("a client is gone, and gone twice is not there", async () => {
    const id = newId();
    const { body } = await api.send("PUT", `/clients/${id}`, service);
    const answer = await api.send("DELETE", `/clients/${id}`);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(await lastEvent()).toMatchObject({
      name: "client.deleted",
      clientId: id,
      actor: byClient(),
      detail: { client_name: service.client_name },
    });
    expect(problemOf(await api.send("DELETE", `/clients/${id}`))).toStartWith("404 not_found");
    expect(await authenticates(id, body.client_secret)).toBe(false);
  });

  test.each([
    ["GET", "", undefined],
    ["DELETE", "", undefined],
    ["PUT", "/disabled", { disabled: true }],
    ["PUT", "/approved", { approved: true }],
    ["POST", "/secrets", undefined],
    ["POST", "/secrets/rotate", undefined],
    ["DELETE", "/secrets/x", undefined],
  ])("%s %s of a client that is not there is 404", async (method, below, body) => {
    for (const id of ["nobody", "..%2fusers"])
      expect(problemOf(await api.send(method, `/clients/${id}${below}`, body))).toStartWith("404 not_found");
  });
});

describe("secrets", () => {
  test("two live at once; of more than two the oldest goes; one can be removed", async () => {
    const id = newId();
    const { client_secret: first } = (await api.send("PUT", `/clients/${id}`, service)).body;
    const second = await api.send("POST", `/clients/${id}/secrets`);
    expect([second.status, second.headers.get("cache-control")]).toEqual([201, "no-store"]);
    expect(second.body).toEqual({
      client_id: id,
      id: expect.any(String),
      client_secret: expect.stringMatching(/^pst_cs_[\w-]{43}$/),
      client_secret_expires_at: 0,
    });
    expect([await authenticates(id, first), await authenticates(id, second.body.client_secret)]).toEqual([true, true]);
    const third = await api.send("POST", `/clients/${id}/secrets`);
    expect(await authenticates(id, first)).toBe(false);
    const { secrets } = (await api.get(`/clients/${id}`)).body;
    expect(secrets).toMatchObject([{ id: third.body.id }, { id: second.body.id }]);
    expect(JSON.stringify(secrets)).not.toContain("hash");
    const path = `/clients/${id}/secrets/${text(second, "id")}`;
    expect((await api.send("DELETE", path)).status).toBe(204);
    expect(await authenticates(id, second.body.client_secret)).toBe(false);
    expect(await authenticates(id, third.body.client_secret)).toBe(true);
    expect(problemOf(await api.send("DELETE", path))).toBe("404 not_found secret_id");
  });

  test("rotating refuses all that were there before at once", async () => {
    const id = newId();
    const { client_secret: first } = (await api.send("PUT", `/clients/${id}`, service)).body;
    const second = await api.send("POST", `/clients/${id}/secrets`);
    const rotated = await api.send("POST", `/clients/${id}/secrets/rotate`);
    expect(rotated.status).toBe(201);
    expect(await lastEvent()).toMatchObject({ name: "client.secret-rotated", clientId: id, actor: byClient() });
    expect([
      await authenticates(id, first),
      await authenticates(id, second.body.client_secret),
      await authenticates(id, rotated.body.client_secret),
    ]).toEqual([false, false, true]);
  });

  test("of rotations at once each is answered, and one secret is left; a change at the same time is not undone", async () => {
    const id = newId();
    await api.send("PUT", `/clients/${id}`, service);
    const rotate = () => api.send("POST", `/clients/${id}/secrets/rotate`);
    const change = api.send("PUT", `/clients/${id}`, { ...service, client_name: "Changed", scope: "files.write" });
    const rotated = await Promise.all([rotate(), rotate(), rotate(), rotate()]);
    expect([(await change).status, ...rotated.map(({ status }) => status)]).toEqual([200, 201, 201, 201, 201]);
    expect((await api.get(`/clients/${id}`)).body).toMatchObject({ client_name: "Changed", scope: "files.write" });
    const live: boolean[] = [];
    for (const { body } of rotated) live.push(await authenticates(id, body.client_secret));
    expect(live.filter((works) => works)).toHaveLength(1);
  });

  test("another client's secret is not this one's to remove", async () => {
    const [mine, other] = [newId(), newId()];
    await api.send("PUT", `/clients/${mine}`, service);
    await api.send("PUT", `/clients/${other}`, service);
    const stored = (await server.context.store.clients.find(asClientId(other)))?.secrets[0]?.id;
    expect(problemOf(await api.send("DELETE", `/clients/${mine}/secrets/${stored}`))).toBe("404 not_found secret_id");
    expect((await server.context.store.clients.find(asClientId(other)))?.secrets).toHaveLength(1);
  });

  test("a public client has none to give", async () => {
    const id = newId();
    await api.send("PUT", `/clients/${id}`, { ...web, token_endpoint_auth_method: "none" });
    expect(problemOf(await api.send("POST", `/clients/${id}/secrets`))).toBe("400 invalid_value");
    expect(problemOf(await api.send("POST", `/clients/${id}/secrets/rotate`))).toBe("400 invalid_value");
  });
});

describe("listing", () => {
  test("the newest stand first, each once, part by part, and filters stay", async () => {
    server.advance(seconds(1));
    for (const client_name of ["Zebra one", "Zebra two", "Zebra three"])
      await api.send("PUT", `/clients/${newId()}`, { ...web, client_name });
    const first = await api.get("/clients?text=zebra&limit=2");
    expect(first.body.total).toBe(3);
    const second = await api.get(text(first, "next").slice("/api/v1".length));
    expect([...listed(first, "client_name"), ...listed(second, "client_name")].sort()).toEqual([
      "Zebra one",
      "Zebra three",
      "Zebra two",
    ]);
    expect(second.body.next).toBeNull();
    expect(listed(await api.get("/clients?origin=file"), "origin")).toEqual(["file"]);
    for (const query of ["origin=alien", "approval=maybe", "limit=0", "text=a&text=b", "q=1"])
      expect((await api.get(`/clients?${query}`)).status).toBe(400);
  });

  test("nothing that a client may say of itself stands in the way of the others", async () => {
    const odd = {
      client_uri: "https://app.example/[a]?b[]=1",
      logo_uri: "https://app.example/]",
      initiate_login_uri: "https://app.example/?[",
      default_max_age: Number.MAX_SAFE_INTEGER,
      contacts: ["<owner>"],
    };
    const registered = await bodyOf(
      post(server, paths.registration, JSON.stringify({ ...web, client_name: "Odd", ...odd }), {
        "content-type": "application/json",
      }),
    );
    expect(registered).toMatchObject(odd);
    expect((await api.get("/clients")).status).toBe(200);
    expect((await api.get(`/clients/${registered.client_id}`)).body).toMatchObject(odd);
    const made = await api.send("POST", "/clients", { ...web, ...odd });
    expect([made.status, made.body]).toMatchObject([201, odd]);
  });
});

describe("initial access tokens", () => {
  test("one is made with its uses and its time, and registers a client", async () => {
    const answer = await api.send("POST", "/registration-tokens", { uses: 1, expires_in: 600 });
    const token = text(answer, "initial_access_token");
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        initial_access_token: token,
        uses: 1,
        expires_in: 600,
        expires_at: expect.stringMatching(/^2030-01-01T00:10:0\dZ$/),
      },
    ]);
    const register = () =>
      post(server, paths.registration, JSON.stringify({ ...web, client_name: "Newcomer" }), {
        "content-type": "application/json",
        authorization: `Bearer ${token}`,
      });
    expect((await register()).status).toBe(201);
    expect(await refusalOf(register())).toBe("401 invalid_token");
  });

  test("without a word it is good once, for an hour", async () => {
    const { body } = await api.send("POST", "/registration-tokens", {});
    expect([body.uses, body.expires_in]).toEqual([1, 3600]);
    expect(await lastEvent()).toMatchObject({ name: "registration-token.created", actor: byClient() });
  });

  test.each([
    [{ uses: 0 }, "400 invalid_request uses"],
    [{ uses: 1.5 }, "400 invalid_request uses"],
    [{ uses: "2" }, "400 invalid_request uses"],
    [{ uses: 1_000_001 }, "400 invalid_request uses"],
    [{ expires_in: 59 }, "400 invalid_request expires_in"],
    [{ expires_in: 31_536_001 }, "400 invalid_request expires_in"],
    [{ lifetime: 60 }, "400 unknown_member"],
  ])("%j is refused", async (body, problem) => {
    expect(problemOf(await api.send("POST", "/registration-tokens", body))).toBe(problem);
  });
});
