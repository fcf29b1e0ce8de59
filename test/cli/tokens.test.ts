import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { TestBrowser } from "../support/browser.ts";
import { type CommandLine, commandLine, type Served } from "./command-line.ts";

let here: CommandLine;
let server: Served;
let browser: TestBrowser;
beforeAll(async () => {
  here = commandLine();
  server = await here.serve();
  await here.run(["user", "create", "ann", "--password-stdin"], { stdin: "correct horse" });
  await here.json(
    "client",
    "create",
    "--name",
    "TV",
    "--id",
    "tv",
    "--grant",
    "device_code",
    "--grant",
    "refresh_token",
  );
  browser = new TestBrowser(
    { address: server.address, issuer: server.address },
    { "user-agent": "Browser \u009b31m of a test" },
  );
  await browser.signIn(await browser.open("/login"), { username: "ann", password: "correct horse" });
});
afterAll(async () => {
  await server.stop();
  here.remove();
});

type Body = Readonly<Record<string, string>>;

async function post(
  path: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Body> {
  const response = await fetch(server.address + path, { method: "POST", body: new URLSearchParams(form), headers });
  return (await response.json()) as Body;
}

/** Tokens of the device flow, approved by the person who is signed in. */
async function deviceTokens(): Promise<Body> {
  const scope = "openid profile offline_access";
  const { device_code = "", user_code = "" } = await post("/auth/device", { client_id: "tv", scope });
  const page = await browser.follow(
    await browser.submit(await browser.get("/device"), "device", { fields: { user_code } }),
  );
  await browser.submit(page, "device-decision", { button: "approve" });
  return post("/auth/token", {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code,
    client_id: "tv",
  });
}

const inspect = (token: string) => here.json<Readonly<Record<string, unknown>>>("token", "inspect", token);
interface Listed {
  readonly id: string;
}

describe("token inspect", () => {
  test("tells of each token what the server sees in it, from an argument or standard input", async () => {
    const { access_token: access = "", refresh_token: refresh = "", id_token: id = "" } = await deviceTokens();
    const common = { live: true, client_id: "tv", username: "ann", grant_id: expect.any(String) };
    expect(await inspect(access)).toMatchObject({
      ...common,
      kind: "access token",
      format: "opaque",
      scope: "openid profile offline_access",
      acr: "pwd",
      jti: expect.any(String),
      issued_at: expect.any(String),
      expires_at: expect.any(String),
    });
    expect(await inspect(refresh)).toMatchObject({ ...common, kind: "refresh token" });
    expect(await inspect(id)).toMatchObject({ kind: "ID token", live: true, client_id: "tv", username: "ann" });
    const { out } = await here.run(["token", "inspect"], { stdin: `${access}\n` });
    expect(out).toMatch(/^kind +access token\nlive +true\n/);
  });

  test("tells why a token is dead", async () => {
    const first = await deviceTokens();
    const { access_token: access = "", refresh_token: refresh = "" } = first;
    const next = await post("/auth/token", { grant_type: "refresh_token", refresh_token: refresh, client_id: "tv" });
    expect(await inspect(refresh)).toMatchObject({ live: false, because: expect.stringContaining("rotated") });
    await fetch(`${server.address}/auth/revoke`, {
      method: "POST",
      body: new URLSearchParams({ token: access, client_id: "tv" }),
    });
    expect(await inspect(access)).toMatchObject({ live: false, because: "it was revoked" });
    const { grant_id: grant } = await inspect(next.access_token ?? "");
    expect((await here.run(["grant", "revoke", String(grant)])).out).toBe(`Ended ${grant}.\n`);
    for (const token of [next.access_token ?? "", next.refresh_token ?? ""]) {
      expect(await inspect(token)).toMatchObject({ live: false, because: "its grant has ended (revoked)" });
    }
  });

  test("tells whose secret or code it is", async () => {
    const { client_secret: secret } = await here.json<{ readonly client_secret: string }>(
      "client",
      "create",
      "--name",
      "S",
      "--id",
      "s",
      "--grant",
      "client_credentials",
    );
    expect(await inspect(secret)).toMatchObject({ kind: "client secret", live: true, client_id: "s" });
    const { device_code: device = "" } = await post("/auth/device", { client_id: "tv" });
    expect(await inspect(device)).toMatchObject({ kind: "device code", live: true, client_id: "tv" });
  });

  test("what this server has not made is refused, and nothing at all is wrong usage", async () => {
    for (const text of ["pst_at_x", "eyJhbGciOiJub25lIn0.e30.", "nonsense"]) {
      const { code, out } = await here.run(["token", "inspect", text, "--json"]);
      expect([code, JSON.parse(out)]).toEqual([1, expect.objectContaining({ kind: "unknown", live: false })]);
    }
    expect((await here.run(["token", "inspect"], { stdin: "\n" })).code).toBe(2);
  });
});

describe("grants and sessions", () => {
  test("grants are listed by person and client; an ended one is shown only with --all", async () => {
    const { access_token: access = "" } = await deviceTokens();
    const { grant_id: id } = await inspect(access);
    const mine = await here.json<readonly Listed[]>("grant", "list", "--user", "ann", "--client", "tv");
    expect(mine.find((grant) => grant.id === id) as object).toMatchObject({
      client_id: "tv",
      username: "ann",
      scope: "openid profile offline_access",
      amr: ["pwd"],
    });
    expect(await here.json<readonly Listed[]>("grant", "list", "--client", "s")).toMatchObject([{ client_id: "s" }]);
    await here.run(["grant", "revoke", String(id)]);
    const isListed = async (...words: readonly string[]) =>
      (await here.json<readonly Listed[]>("grant", "list", ...words)).some((grant) => grant.id === id);
    expect([await isListed(), await isListed("--all")]).toEqual([false, true]);
    expect((await here.run(["grant", "revoke", String(id)])).out).toBe(`${id} had ended before.\n`);
    expect(await here.run(["grant", "revoke", "nothing"])).toEqual({
      code: 1,
      out: "",
      errors: "postern: there is no such grant\n",
    });
    for (const words of [
      ["--user", "nobody"],
      ["--client", "nobody"],
    ])
      expect((await here.run(["grant", "list", ...words])).code).toBe(1);
  });

  test("7009-2-immediate: a revoked grant's tokens are dead to the running server at once", async () => {
    const { access_token: access = "" } = await deviceTokens();
    const userinfo = async () =>
      (await fetch(`${server.address}/auth/userinfo`, { headers: { authorization: `Bearer ${access}` } })).status;
    expect(await userinfo()).toBe(200);
    const { grant_id: id } = await inspect(access);
    await here.run(["grant", "revoke", String(id)]);
    expect(await userinfo()).toBe(401);
  });

  test("a session is listed without what its browser would do to the terminal, and ends for the running server at once", async () => {
    const [session] = await here.json<readonly Listed[]>("session", "list", "--user", "ann");
    const id = session?.id ?? "";
    expect(session as object).toMatchObject({ username: "ann", amr: ["pwd"], address: expect.any(String) });
    const { out } = await here.run(["session", "list"]);
    expect(out).toMatch(/^ID +USER +SIGNED IN +LAST SEEN +ADDRESS +BROWSER$/m);
    expect(out).not.toMatch(/[^\P{Cc}\n]/u);
    // Somebody who is signed in goes on from the sign-in page.
    expect((await browser.get("/login")).status).toBe(303);
    expect((await here.run(["session", "end", id])).out).toBe(`Ended ${id}.\n`);
    expect((await browser.get("/login")).status).toBe(200);
    expect((await here.run(["session", "end", id])).code).toBe(1);
    expect(await here.json("session", "list")).toEqual([]);
  });
});

describe("keys", () => {
  test("KEY-rotate-cmd: are listed without their secret parts; after a rotation the running server publishes the new ones, and live tokens stay", async () => {
    const jwks = async () =>
      (
        (await (await fetch(`${server.address}/auth/jwks.json`)).json()) as {
          readonly keys: readonly { readonly kid: string }[];
        }
      ).keys.map(({ kid }) => kid);
    const { client_secret: secret } = await here.json<{ readonly client_secret: string }>(
      "client",
      "create",
      "--name",
      "K",
      "--id",
      "k",
      "--grant",
      "client_credentials",
    );
    const authorization = `Basic ${btoa(`k:${secret}`)}`;
    const { access_token: token = "" } = await post(
      "/auth/token",
      { grant_type: "client_credentials" },
      { authorization },
    );
    const before = await jwks();
    const listed = (await here.run(["key", "list", "--json"])).out;
    expect(listed).not.toContain('sealed"');
    expect(JSON.parse(listed)).toHaveLength(5);
    const rotated = await here.json<readonly Readonly<Record<string, unknown>>[]>("key", "rotate");
    expect(rotated.filter(({ state }) => state === "next")).toHaveLength(3);
    expect(rotated.filter(({ state, purpose }) => state === "active" && purpose === "signing")).toHaveLength(3);
    expect(rotated.filter(({ state }) => state === "kept")).toMatchObject([
      { purpose: "sealing" },
      { purpose: "derivation" },
    ]);
    const after = await jwks();
    expect([after.length, before.every((kid) => after.includes(kid))]).toEqual([6, true]);
    expect(await inspect(token)).toMatchObject({ live: true });
    expect((await here.run(["key", "list"])).out).toMatch(/^\d+ +signing +RS256 +\S+ +next +/m);
  });
});
