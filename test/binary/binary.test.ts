import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Box, newBox } from "../support/binary.ts";

let box: Box;
beforeEach(() => {
  box = newBox();
});
afterEach(() => box.remove());

const mode = (path: string) => statSync(path).mode & 0o777;

interface NewClient {
  readonly client_id: string;
  readonly client_secret: string;
}

async function createClient(...words: readonly string[]): Promise<NewClient> {
  const { code, output, errors } = await box.run("client", "create", "--json", ...words);
  if (code !== 0) throw new Error(errors);
  return JSON.parse(output);
}

const post = async (path: string, { client_id, client_secret }: NewClient, form: Readonly<Record<string, string>>) => {
  const response = await fetch(`${box.address}${path}`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` },
    body: new URLSearchParams(form),
  });
  return { status: response.status, body: await response.json() };
};

const tokenOf = async (client: NewClient): Promise<string> =>
  (await post("/auth/token", client, { grant_type: "client_credentials" })).body.access_token;
const isActive = async (api: NewClient, token: string): Promise<boolean> =>
  (await post("/auth/introspect", api, { token })).body.active;

describe("the executable, from an empty folder", () => {
  test("S-07-password-store: its first start makes the data directory for its owner alone, and says where the setup link is", async () => {
    const server = await box.start();
    expect(mode(box.path("."))).toBe(0o700);
    expect(mode(box.path("secret"))).toBe(0o600);
    expect(mode(box.path("setup-link"))).toBe(0o600);
    const link = readFileSync(box.path("setup-link"), "utf8").trim();
    expect(link).toStartWith(`${box.address}/setup?token=`);
    expect((await fetch(link)).status).toBe(200);
    await server.stop();
    // Without a terminal the log names the file, and not what is in it.
    expect(await server.output).not.toContain("token=");
  });

  test("answers with its pages' style, the API reference and its parts, all from within", async () => {
    const server = await box.start();
    for (const path of [
      "/readyz",
      "/assets/postern.css",
      "/docs",
      "/docs/json",
      "/auth/jwks.json",
      "/.well-known/openid-configuration",
    ]) {
      expect([path, (await fetch(box.address + path)).status]).toEqual([path, 200]);
    }
    const page = await (await fetch(`${box.address}/docs`)).text();
    const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, address]) => new URL(address ?? "", `${box.address}/docs`),
    );
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) {
      expect(part.origin).toBe(box.address);
      expect((await fetch(part)).status).toBe(200);
    }
    await server.stop();
  });

  test("SIGTERM and SIGINT end it with 0, and a second start finds everything: keys, clients, live tokens", async () => {
    const first = await box.start();
    const service = await createClient("--name", "Service", "--grant", "client_credentials", "--scope", "run");
    const api = await createClient("--name", "API", "--resource-server");
    const token = await tokenOf(service);
    const keys = await (await fetch(`${box.address}/auth/jwks.json`)).json();
    expect(await first.stop("SIGTERM")).toBe(0);
    const second = await box.start();
    expect(await isActive(api, token)).toBe(true);
    expect(await (await fetch(`${box.address}/auth/jwks.json`)).json()).toEqual(keys);
    expect(await second.stop("SIGINT")).toBe(0);
    expect(existsSync(box.path("instance.json"))).toBe(false);
  });

  test("CR-10: a second server on the same data directory is refused with the pid of the first, which goes on", async () => {
    const server = await box.start();
    const second = await box.run("serve");
    expect(second.code).toBe(1);
    expect(second.errors).toContain(String(server.pid));
    expect((await fetch(`${box.address}/healthz`)).status).toBe(200);
    await server.stop();
  });

  test("two commands at once, while the server runs, both do their work", async () => {
    const server = await box.start();
    const made = await Promise.all(
      ["One", "Two"].map((name) => createClient("--name", name, "--grant", "client_credentials", "--scope", "run")),
    );
    for (const client of made) expect(await tokenOf(client)).toStartWith("pst_at_");
    await server.stop();
  });

  test("7662-4-checks: what a command ends is inactive at the next introspection", async () => {
    const server = await box.start();
    const api = await createClient("--name", "API", "--resource-server");
    for (const format of ["opaque", "jwt"]) {
      const service = await createClient(
        "--name",
        format,
        "--grant",
        "client_credentials",
        "--scope",
        "run",
        "--access-token-format",
        format,
      );
      const disabled = await tokenOf(service);
      expect(await isActive(api, disabled)).toBe(true);
      expect((await box.run("client", "disable", service.client_id)).code).toBe(0);
      expect(await isActive(api, disabled)).toBe(false);
      expect((await box.run("client", "enable", service.client_id)).code).toBe(0);
      const revoked = await tokenOf(service);
      const [grant] = JSON.parse((await box.run("grant", "list", "--client", service.client_id, "--json")).output);
      expect((await box.run("grant", "revoke", grant.id)).code).toBe(0);
      expect(await isActive(api, revoked)).toBe(false);
      const deleted = await tokenOf(service);
      expect(await isActive(api, deleted)).toBe(true);
      expect((await box.run("client", "delete", service.client_id)).code).toBe(0);
      expect(await isActive(api, deleted)).toBe(false);
    }
    await server.stop();
  });

  test("6749-5.1-commit, CR-07: killed at any moment, it has what it acknowledged and its file is whole", async () => {
    let server = await box.start();
    const device = await createClient(
      "--name",
      "TV",
      "--type",
      "confidential",
      "--grant",
      "device_code",
      "--scope",
      "openid",
    );
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const asking = Promise.all(
        Array.from({ length: 20 }, async () => {
          try {
            const { body } = await post("/auth/device", device, { scope: "openid" });
            acknowledged.push(body.device_code);
          } catch {
            // It was killed before it answered.
          }
        }),
      );
      await Bun.sleep(5 * round);
      await server.stop("SIGKILL");
      await asking;
      const database = new Database(box.path("postern.db"));
      expect(database.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
      database.close();
      server = await box.start();
    }
    for (const code of acknowledged) {
      const { body } = await post("/auth/token", device, {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        device_code: code,
      });
      expect(body.error).toBe("authorization_pending");
    }
    await server.stop();
  });

  test("backs up while it serves, verifies, and restores over what has changed since", async () => {
    const server = await box.start();
    await createClient("--name", "Wiki", "--grant", "client_credentials");
    const file = box.path("../postern.backup");
    expect(await box.run("backup", file)).toMatchObject({ code: 0, errors: "" });
    expect(JSON.parse((await box.run("verify", file, "--json")).output)).toMatchObject({ people: 0, clients: 1 });
    await createClient("--name", "Later", "--grant", "client_credentials");
    expect((await box.run("restore", file, "--force")).code).toBe(1);
    await server.stop();
    expect(await box.run("restore", file, "--force")).toMatchObject({ code: 0, errors: "" });
    const again = await box.start();
    expect((await box.run("client", "list")).output).not.toContain("Later");
    await again.stop();
  });

  test("as a part of another program it says in one line where it is, and ends when standard input closes", async () => {
    const child = box.spawn("serve", "--embed");
    const output = new Response(child.stdout).text();
    const asked = () =>
      fetch(`${box.address}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    for (let tries = 0; tries < 1000 && !(await asked()); tries++) await Bun.sleep(5);
    child.stdin.end();
    expect(await child.exited).toBe(0);
    const listen = [box.address.replace("http://localhost", "127.0.0.1")];
    expect(JSON.parse(await output)).toMatchObject({ event: "ready", contract: 1, issuer: box.address, listen });
  });

  test("takes nothing from an .env or a bunfig.toml that lies where it is run", async () => {
    writeFileSync(join(box.directory, ".env"), "POSTERN_ISSUER=http://nas.example\n");
    writeFileSync(join(box.directory, "bunfig.toml"), 'preload = ["./preload.js"]\n');
    writeFileSync(join(box.directory, "preload.js"), 'require("node:fs").writeFileSync("preloaded", "")');
    const server = await box.start();
    const metadata = await (await fetch(`${box.address}/.well-known/openid-configuration`)).json();
    expect(metadata.issuer).toBe(box.address);
    expect(existsSync(join(box.directory, "preloaded"))).toBe(false);
    await server.stop();
  });

  test("names a fault of the configuration in one message and exits with 1, without a data directory", async () => {
    const child = Bun.spawn([`${import.meta.dir}/../../dist/postern`], {
      cwd: box.directory,
      env: { POSTERN_ISSUER: "http://nas.example", POSTERN_LISEN: "x" },
      stdout: "pipe",
      stderr: "pipe",
    });
    const errors = await new Response(child.stderr).text();
    expect(await child.exited).toBe(1);
    expect(errors).toContain("POSTERN_ISSUER");
    expect(errors).toContain("POSTERN_LISTEN");
    expect(existsSync(box.path("."))).toBe(false);
  });
});
