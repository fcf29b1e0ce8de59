import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandLine, commandLine, type Served } from "./command-line.ts";

let here: CommandLine;
let server: Served;
beforeAll(async () => {
  here = commandLine();
  server = await here.serve();
});
afterAll(async () => {
  await server.stop();
  here.remove();
});

interface ClientRecord {
  readonly client_id: string;
  readonly client_secret?: string;
}

const create = (...words: readonly string[]) => here.json<ClientRecord>("client", "create", ...words);

const refused = async (...words: readonly string[]) => {
  const { code, out, errors } = await here.run(["client", ...words]);
  expect([words, code, out]).toEqual([words, 1, ""]);
  return errors.trimEnd();
};

/** What the running server says to a client that asks for a token of its own. */
async function tokenStatus({ client_id, client_secret }: ClientRecord): Promise<number> {
  const headers = { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` };
  const body = new URLSearchParams({ grant_type: "client_credentials" });
  return (await fetch(`${server.address}/auth/token`, { method: "POST", headers, body })).status;
}

describe("what a new client is", () => {
  test("7591-3.2.1-body: --json prints its metadata in the names of RFC 7591, with the secret", async () => {
    const made = await create(
      "--name",
      "Wiki",
      "--id",
      "wiki",
      "--redirect-uri",
      "https://wiki.example/cb",
      "--scope",
      "openid profile",
    );
    expect(made as object).toEqual({
      client_id: "wiki",
      client_secret: expect.stringMatching(/^pst_cs_[\w-]{43}$/),
      client_secret_expires_at: 0,
      client_id_issued_at: expect.any(Number),
      client_name: "Wiki",
      redirect_uris: ["https://wiki.example/cb"],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      scope: "openid profile",
      application_type: "web",
      token_endpoint_auth_method: "client_secret_basic",
      id_token_signed_response_alg: "RS256",
      origin: "administrator",
      declared: false,
      disabled: false,
      approval: "none",
      secrets: [{ id: expect.any(String), created_at: expect.any(String) }],
    });
    const { client_secret: _, ...shown } = made;
    expect(await here.json<ClientRecord>("client", "show", "wiki")).toEqual(shown);
    expect(await here.json<readonly ClientRecord[]>("client", "list")).toContainEqual(shown);
  });

  test("6749-2.2-client-id: its id is 128 random bits, or one that the administrator chooses within the grammar", async () => {
    expect((await create("--name", "A", "--grant", "client_credentials")).client_id).toMatch(/^[\w-]{22}$/);
    expect((await create("--name", "A", "--grant", "client_credentials", "--id", "A.b_c-9")).client_id).toBe("A.b_c-9");
    expect(await refused("create", "--name", "A", "--grant", "client_credentials", "--id", "A.b_c-9")).toContain(
      "already",
    );
    for (const id of ["a b", "ä", "a/b", "x".repeat(65)]) {
      expect(await refused("create", "--name", "A", "--grant", "client_credentials", "--id", id)).toContain(
        "1 to 64 letters",
      );
    }
    const user = await here.json<{ readonly id: string }>("user", "create", "sub", "--generate-password");
    // RFC 9700 §4.15: never equal to a person's `sub`.
    expect(await refused("create", "--name", "A", "--grant", "client_credentials", "--id", user.id)).toContain(
      "already",
    );
  });

  test.each([
    ["8628-5.6-public: a device is public", ["--grant", "device_code"], "none", "native"],
    [
      "8252-8.4-register: a program on a loopback address is public",
      ["--redirect-uri", "http://127.0.0.1/cb"],
      "none",
      "native",
    ],
    [
      "8252-8.4-register: a program with a scheme of its own is public",
      ["--redirect-uri", "com.example.app:/cb"],
      "none",
      "native",
    ],
    ["a service is confidential", ["--grant", "client_credentials"], "client_secret_basic", "web"],
    ["a resource server is confidential", ["--resource-server"], "client_secret_basic", "web"],
    [
      "a device is confidential where it is said",
      ["--grant", "device_code", "--type", "confidential"],
      "client_secret_basic",
      "web",
    ],
    [
      "a web client is public where it is said",
      ["--redirect-uri", "https://a.example/", "--type", "public"],
      "none",
      "native",
    ],
    [
      "--auth-method none says public too",
      ["--redirect-uri", "https://a.example/", "--auth-method", "none"],
      "none",
      "native",
    ],
  ] as const)("%s", async (_, words, method, type) => {
    const made = await create("--name", "A", ...words);
    expect("client_secret" in made).toBe(method !== "none");
    expect(made as object).toMatchObject({ token_endpoint_auth_method: method, application_type: type });
  });

  test("every option reaches the metadata", async () => {
    const keysFile = join(here.directory, "keys.json");
    const { publicKey } = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    const { kty, crv, x } = await crypto.subtle.exportKey("jwk", publicKey);
    writeFileSync(keysFile, JSON.stringify({ keys: [{ kty, crv, x, kid: "one" }] }));
    const made = await create(
      ...["--name", "Everything", "--redirect-uri", "https://a.example/1", "--redirect-uri", "https://a.example/2"],
      ...[
        "--grant",
        "authorization_code",
        "--grant",
        "urn:ietf:params:oauth:grant-type:device_code",
        "--grant",
        "refresh_token",
        "--grant",
        "client_credentials",
      ],
      ...[
        "--scope",
        "openid files.read",
        "--auth-method",
        "private_key_jwt",
        "--jwks-file",
        keysFile,
        "--pkce",
        "optional",
      ],
      ...["--rotate-refresh-tokens", "--access-token-format", "jwt", "--id-token-alg", "ES256"],
      ...[
        "--post-logout-redirect-uri",
        "https://a.example/bye",
        "--first-party",
        "--require-mfa",
        "--resource-server",
        "--accepts",
        "files.read",
      ],
    );
    expect(made as object).toMatchObject({
      redirect_uris: ["https://a.example/1", "https://a.example/2"],
      grant_types: [
        "authorization_code",
        "urn:ietf:params:oauth:grant-type:device_code",
        "refresh_token",
        "client_credentials",
      ],
      scope: "openid files.read",
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [{ kty: "OKP", crv: "Ed25519", kid: "one" }] },
      require_pkce: false,
      rotate_refresh_tokens: true,
      access_token_format: "jwt",
      id_token_signed_response_alg: "ES256",
      post_logout_redirect_uris: ["https://a.example/bye"],
      first_party: true,
      require_mfa: true,
      resource_server: true,
      accepts: "files.read",
    });
    expect(made).not.toHaveProperty("client_secret");
  });

  test("what cannot be is refused in a sentence", async () => {
    const web = ["create", "--name", "A", "--redirect-uri", "https://a.example/"];
    expect(await refused(...web, "--type", "public", "--first-party")).toContain("confidential");
    expect(
      await refused(
        "create",
        "--name",
        "A",
        "--redirect-uri",
        "http://127.0.0.1/",
        "--type",
        "confidential",
        "--application-type",
        "native",
        "--first-party",
      ),
    ).toContain("https");
    expect(await refused(...web, "--type", "public", "--pkce", "optional")).toContain("public");
    expect(await refused(...web, "--application-type", "native", "--pkce", "optional")).toContain("native");
    expect(await refused("create", "--name", "A", "--grant", "client_credentials", "--type", "public")).toContain(
      "client_credentials",
    );
    expect(await refused("create", "--name", "A", "--resource-server", "--type", "public")).toContain("confidential");
    expect(await refused("create", "--name", "A", "--grant", "authorization_code")).toContain("redirect_uris");
    expect(await refused("create", "--name", "A", "--redirect-uri", "https://a.example/#there")).toContain("fragment");
    expect(await refused(...web, "--accepts", "a")).toContain("resource server");
    expect(await refused(...web, "--scope", 'a"b')).toContain("scope");
    expect(await refused(...web, "--auth-method", "private_key_jwt")).toContain("jwks");
    expect(await refused(...web, "--jwks-file", join(here.directory, "none.json"))).toContain("cannot be read");
    writeFileSync(join(here.directory, "text.json"), "[]");
    expect(await refused(...web, "--jwks-file", join(here.directory, "text.json"))).toContain("no JSON object");
  });

  test("for people the secret is shown once, and the list is a table", async () => {
    const { out } = await here.run([
      "client",
      "create",
      "--name",
      "Service",
      "--id",
      "service",
      "--grant",
      "client_credentials",
    ]);
    expect(out).toMatch(
      /^Created service\. The secret is shown once\.\n\nclient_id +service\nclient_secret +pst_cs_\S+\n/,
    );
    expect((await here.run(["client", "show", "service"])).out).not.toContain("pst_cs_");
    expect((await here.run(["client", "list"])).out).toMatch(
      /^service +Service +confidential +client_credentials +administrator +active +-$/m,
    );
  });
});

describe("changing a client", () => {
  test("update changes what is named and leaves the rest, with a secret where one is needed", async () => {
    const id = "changing";
    const update = (...words: readonly string[]) => here.json<ClientRecord>("client", "update", id, ...words);
    const made = await create(
      "--name",
      "Before",
      "--id",
      id,
      "--redirect-uri",
      "https://a.example/",
      "--scope",
      "openid",
      "--first-party",
    );
    expect((await update("--name", "After")) as object).toMatchObject({
      client_name: "After",
      scope: "openid",
      first_party: true,
    });
    expect((await update("--redirect-uri", "https://b.example/", "--no-first-party")) as object).toMatchObject({
      redirect_uris: ["https://b.example/"],
      first_party: false,
    });
    expect((await update("--require-mfa")) as object).toMatchObject({ require_mfa: true });
    expect((await update("--no-require-mfa")) as object).toMatchObject({ require_mfa: false });
    expect(await update("--scope", "")).not.toHaveProperty("scope");
    expect((await update("--grant", "client_credentials", "--redirect-uri", "")) as object).toMatchObject({
      grant_types: ["client_credentials"],
      response_types: [],
    });
    // Its secret is the first one still, and its new grant works at once.
    expect(await tokenStatus(made)).toBe(200);
    const publicNow = await update("--type", "public", "--grant", "device_code");
    expect(publicNow as object).toMatchObject({ token_endpoint_auth_method: "none", application_type: "native" });
    expect(publicNow).not.toHaveProperty("client_secret_expires_at");
    const again = await update("--type", "confidential", "--grant", "client_credentials");
    expect(again.client_secret).toMatch(/^pst_cs_/);
    expect([await tokenStatus(made), await tokenStatus(again)]).toEqual([401, 200]);
  });

  test("an update that breaks a rule changes nothing", async () => {
    await create("--name", "Kept", "--id", "kept", "--redirect-uri", "https://a.example/", "--first-party");
    expect(await refused("update", "kept", "--type", "public")).toContain("first_party");
    expect((await here.json<ClientRecord>("client", "show", "kept")) as object).toMatchObject({
      token_endpoint_auth_method: "client_secret_basic",
    });
    expect(await refused("update", "nobody", "--name", "A")).toBe("postern: there is no client of that id");
  });

  test("the running server sees a new secret, a disabled and a deleted client at once", async () => {
    const made = await create("--name", "Service", "--id", "seen", "--grant", "client_credentials", "--scope", "run");
    expect(await tokenStatus(made)).toBe(200);
    const next = await here.json<ClientRecord>("client", "rotate-secret", "seen");
    expect([await tokenStatus(made), await tokenStatus(next)]).toEqual([401, 200]);
    for (const [verb, status] of [
      ["disable", 401],
      ["enable", 200],
      ["delete", 401],
    ] as const) {
      expect((await here.run(["client", verb, "seen"])).out).toMatch(/^(Disabled|Enabled|Deleted) seen\.\n$/);
      expect([verb, await tokenStatus(next)]).toEqual([verb, status]);
    }
    expect(await refused("show", "seen")).toContain("no client of that id");
    await create("--name", "Phone", "--id", "phone", "--grant", "device_code");
    expect(await refused("rotate-secret", "phone")).toContain("does not authenticate with a secret");
  });

  test("7591-3-iat-missing: a registration token lets so many clients register, and no more", async () => {
    const { initial_access_token: token, ...facts } = await here.json<{ readonly initial_access_token: string }>(
      "client",
      "registration-token",
      "--uses",
      "2",
      "--expires",
      "10m",
    );
    expect(facts as object).toMatchObject({ uses: 2, expires_in: 600 });
    const register = () =>
      fetch(`${server.address}/auth/register`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({ client_name: "Registered", redirect_uris: ["https://r.example/"] }),
      });
    const first = await register();
    const statuses = [first.status, (await register()).status, (await register()).status];
    expect(statuses).toEqual([201, 201, 401]);
    expect((await here.run(["client", "list"])).out).toMatch(/ Registered .* registration /);
    const { client_id: id } = await first.json();
    expect(await here.run(["client", "approve", id])).toMatchObject({ code: 0, out: `Approved ${id}.\n` });
    expect(await here.json<object>("client", "show", id)).toMatchObject({ approval: "approved" });
    await create("--name", "By hand", "--id", "by-hand", "--grant", "device_code");
    expect(await refused("approve", "by-hand")).toContain("did not register itself");
  });

  test("registration tokens that are left are listed without what they read, and one is revoked", async () => {
    const { initial_access_token: token } = await here.json<{ readonly initial_access_token: string }>(
      "client",
      "registration-token",
      "--uses",
      "7",
    );
    const list = () =>
      here.json<readonly { readonly id: string; readonly uses_left: number }[]>(
        "client",
        "registration-token",
        "--list",
      );
    const { id = "" } = (await list()).find(({ uses_left: left }) => left === 7) ?? {};
    const { out } = await here.run(["client", "registration-token", "--list"]);
    expect([out.includes(id), out.includes(token.slice(-20))]).toEqual([true, false]);
    expect(await here.run(["client", "registration-token", "--revoke", id])).toMatchObject({
      code: 0,
      out: `Revoked ${id}.\n`,
    });
    expect((await list()).map((left) => left.id)).not.toContain(id);
    expect(await refused("registration-token", "--revoke", id)).toContain("no such initial access token");
    expect((await here.run(["client", "registration-token", "--list", "--uses", "2"])).code).toBe(2);
  });
});
