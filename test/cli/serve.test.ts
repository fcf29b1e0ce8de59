import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { TestBrowser } from "../support/browser.ts";
import { freePort } from "../support/free-port.ts";
import { halfRequest } from "../support/half-request.ts";
import { until } from "../support/until.ts";
import { type CommandLine, commandLine } from "./command-line.ts";

let here: CommandLine;
beforeEach(() => {
  here = commandLine();
});
afterEach(() => here.remove());

const file = (name: string) => join(here.dataDir, name);
const instance = () => JSON.parse(readFileSync(file("instance.json"), "utf8"));

describe("one server to a directory", () => {
  test("CR-10: a second serve is refused within 2 s with the pid of the first, which goes on", async () => {
    const server = await here.serve();
    const begun = Bun.nanoseconds();
    const seconds = () => (Bun.nanoseconds() - begun) / 1e9;
    const [{ code, errors, after }, version] = await Promise.all([
      here
        .run(["serve"], { env: { POSTERN_LISTEN: `127.0.0.1:${freePort()}` } })
        .then((finished) => ({ ...finished, after: seconds() })),
      here.run(["version"]).then(seconds),
    ]);
    // Beyond what any command takes that starts on a busy machine.
    expect(after - version).toBeLessThan(2);
    expect([code, errors]).toEqual([1, expect.stringContaining(`(pid ${server.pid}, on `)]);
    expect((await fetch(`${server.address}/readyz`)).status).toBe(200);
    expect(instance()).toMatchObject({ pid: server.pid, issuer: server.address });
    await server.stop();
  });

  test("a killed server leaves nothing that stops the next one", async () => {
    const first = await here.serve();
    await first.stop("SIGKILL");
    expect(instance()).toMatchObject({ pid: first.pid });
    const second = await here.serve();
    expect(instance()).toMatchObject({ pid: second.pid });
    expect(await second.stop("SIGINT")).toBe(0);
    expect(existsSync(file("instance.json"))).toBe(false);
  });

  test("one that is stopped while its first keys are made logs no fault", async () => {
    const server = await here.serve();
    expect(await server.stop()).toBe(0);
    expect(server.logged().filter(({ level }) => level === "error")).toEqual([]);
  });

  test("a port that is taken is a sentence, and leaves no record of a server", async () => {
    const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
    const listen = `127.0.0.1:${server.port}`;
    const { code, out, errors } = await here.run(["serve"], { env: { POSTERN_LISTEN: listen } });
    await server.stop(true);
    // Nor is anything logged, of a key that was still being made, say.
    expect([code, out, errors]).toEqual([1, "", expect.stringContaining(listen)]);
    expect(errors).not.toContain("    at ");
    expect(existsSync(file("instance.json"))).toBe(false);
  });
});

/** Over a connection of its own; what is to come is `client_credentials`. */
const halfTokenRequest = ({ address }: { readonly address: string }) =>
  halfRequest(
    Number(new URL(address).port),
    [
      "POST /auth/token HTTP/1.1",
      `Host: ${new URL(address).host}`,
      "Content-Type: application/x-www-form-urlencoded",
      "Content-Length: 29",
      "",
      "grant_type=",
    ].join("\r\n"),
  );

test("CR-19: SIGTERM lets what is under way be answered, and ends with 0", async () => {
  const server = await here.serve();
  const request = await halfTokenRequest(server);
  server.signal("SIGTERM");
  // Slower than anything else that there is to do at the end.
  await Bun.sleep(300);
  request.send("client_credentials");
  expect(await server.ended).toBe(0);
  await request.closed;
  expect(request.received()).toStartWith("HTTP/1.1 401 ");
});

describe("an end that takes a while", () => {
  const refuses = (server: { readonly address: string }) =>
    fetch(server.address).then(
      () => false,
      () => true,
    );

  test("new connections are refused, /readyz says 503 on those that are open, what is under way is answered", async () => {
    const server = await here.serve();
    const request = await halfTokenRequest(server);
    server.signal("SIGTERM");
    await until(() => refuses(server));
    const host = new URL(server.address).host;
    request.send(`client_credentialsGET /readyz HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect(await server.ended).toBe(0);
    await request.closed;
    expect([...request.received().matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["401", "503"]);
  });

  test("POSTERN_DRAIN_TIMEOUT cuts off what takes longer", async () => {
    const server = await here.serve({ POSTERN_DRAIN_TIMEOUT: "1s" });
    const request = await halfTokenRequest(server);
    const begun = Bun.nanoseconds();
    server.signal("SIGTERM");
    expect(await server.ended).toBe(0);
    // Without the setting it would be ten seconds.
    expect((Bun.nanoseconds() - begun) / 1e9).toBeWithin(0.9, 8);
    await request.closed;
    expect(request.received()).toBe("");
    expect(existsSync(file("instance.json"))).toBe(false);
  });

  test("a second signal ends it at once, and the next start finds nothing in its way", async () => {
    const server = await here.serve();
    const request = await halfTokenRequest(server);
    server.signal("SIGTERM");
    await until(() => refuses(server));
    const begun = Bun.nanoseconds();
    server.signal("SIGINT");
    expect(await server.ended).toBeNull();
    // It would wait ten seconds for what is under way.
    expect((Bun.nanoseconds() - begun) / 1e9).toBeLessThan(5);
    await request.closed;
    expect(await (await here.serve()).stop()).toBe(0);
  });
});

describe("the first administrator", () => {
  test("without a terminal the setup link goes into a file for the owner alone, and only the path into the log", async () => {
    const server = await here.serve();
    expect(statSync(file("setup-link")).mode & 0o777).toBe(0o600);
    const link = readFileSync(file("setup-link"), "utf8").trim();
    expect(link).toMatch(new RegExp(`^${server.address}/setup\\?token=[\\w-]{43}$`));
    const log = JSON.stringify(server.logged());
    expect(log).toContain(file("setup-link"));
    expect(log).not.toContain(new URL(link).searchParams.get("token") ?? "");
    expect((await fetch(link)).status).toBe(200);
    await server.stop();
  });

  test("each new link replaces the one before; the last one makes the administrator, once", async () => {
    const server = await here.serve();
    const first = readFileSync(file("setup-link"), "utf8").trim();
    const { setup_link: second } = await here.json<{ readonly setup_link: string }>("setup-link");
    expect(existsSync(file("setup-link"))).toBe(false);
    const third = (await here.run(["setup-link"])).out.trim();
    expect(new Set([first, second, third]).size).toBe(3);
    const browser = new TestBrowser({ address: server.address, issuer: server.address });
    expect([(await browser.get(first)).status, (await browser.get(second)).status]).toEqual([403, 403]);
    const fields = { username: "ann", password: "correct horse" };
    expect((await browser.submit(await browser.get(third), "setup", { fields })).status).toBe(303);
    expect(await here.json("user", "list")).toMatchObject([{ username: "ann", role: "admin" }]);
    expect((await browser.get(third)).status).toBe(403);
    const { code, errors } = await here.run(["setup-link"]);
    expect([code, errors]).toEqual([1, expect.stringContaining("there is an administrator already")]);
    expect(errors).toContain("postern setup-link --recover");
    await server.stop();
    const again = await here.serve();
    expect(existsSync(file("setup-link"))).toBe(false);
    await again.stop();
  });

  test("comes from the environment, with a password from a file; ignored once there is one", async () => {
    const passwordFile = join(here.directory, "password");
    writeFileSync(passwordFile, "correct horse\n", { mode: 0o600 });
    const env = { POSTERN_ADMIN_USERNAME: "Root", POSTERN_ADMIN_PASSWORD_FILE: passwordFile };
    const server = await here.serve(env);
    expect(await here.json("user", "list")).toMatchObject([{ username: "root", role: "admin" }]);
    expect(existsSync(file("setup-link"))).toBe(false);
    await server.stop();
    const again = await here.serve({ ...env, POSTERN_ADMIN_USERNAME: "other" });
    expect(await here.json("user", "list")).toMatchObject([{ username: "root" }]);
    await again.stop();
  });

  test("one that cannot be made stops the start in a sentence", async () => {
    const env = { POSTERN_ADMIN_USERNAME: "root", POSTERN_ADMIN_PASSWORD: "short" };
    const { code, errors } = await here.run(["serve"], { env });
    expect([code, errors]).toEqual([1, "postern: a password has 8 to 1024 bytes and no control characters\n"]);
  });
});

describe("on a terminal", () => {
  /** Runs the server on a terminal until it has greeted. */
  async function greeted(env: Readonly<Record<string, string>>) {
    const shown: string[] = [];
    const decoder = new TextDecoder();
    const child = Bun.spawn([process.execPath, resolve(import.meta.dir, "../../src/main.ts")], {
      env: { PATH: "/usr/bin:/bin", TERM: "xterm", POSTERN_DATA_DIR: here.dataDir, ...env },
      terminal: { cols: 120, rows: 50, data: (_, data) => void shown.push(decoder.decode(data)) },
    });
    await until(() => child.exitCode !== null || shown.join("").includes("Ctrl+C"));
    return { child, said: shown.join("").replaceAll("\r\n", "\n") };
  }

  async function greeting(env: Readonly<Record<string, string>>): Promise<string> {
    const { child, said } = await greeted(env);
    child.kill("SIGINT");
    expect(await child.exited).toBe(0);
    return said;
  }

  test("it stops when its window is closed, and at no other SIGHUP", async () => {
    const { child } = await greeted({ POSTERN_LISTEN: `127.0.0.1:${freePort()}` });
    child.kill("SIGHUP");
    await Bun.sleep(100);
    expect(child.exitCode).toBeNull();
    child.terminal?.close();
    expect(await child.exited).toBe(0);
    expect(existsSync(file("instance.json"))).toBe(false);
  });

  test("says the address, the setup link, where the data is, and how to print the link again", async () => {
    const port = freePort();
    const said = await greeting({ POSTERN_LISTEN: `127.0.0.1:${port}` });
    expect(said).toMatch(new RegExp(`at http://localhost:${port}\n`));
    expect(said).toMatch(new RegExp(`\n +http://localhost:${port}/setup\\?token=[\\w-]{43}\n`));
    expect(said).toContain(`${here.dataDir}\n`);
    expect(said).toMatch(/Print a new link +(npx )?bun src\/main\.ts setup-link\n/);
    expect(existsSync(file("setup-link"))).toBe(false);
    // A phone would find nothing at an address of its own.
    expect(said).not.toContain("▄");
  });

  test("shows a QR code where a phone can follow it, and the two lines to set where the issuer is not", async () => {
    const listen = `0.0.0.0:${freePort()}`;
    const unset = await greeting({ POSTERN_LISTEN: listen });
    expect(unset).toContain("POSTERN_ISSUER=https://sso.example.net");
    const set = await greeting({ POSTERN_LISTEN: listen, POSTERN_ISSUER: "https://sso.example.net" });
    expect(set).not.toContain("POSTERN_ISSUER=");
    expect(set).toContain("https://sso.example.net/setup?token=");
    expect(set).toContain("▄");
    expect(set).toContain("\u001b[97;40m");
  });
});

describe("healthcheck", () => {
  test("asks the server of the directory, over TCP and a unix socket", async () => {
    const tcp = await here.serve();
    expect(await here.run(["healthcheck"])).toEqual({
      code: 0,
      out: expect.stringMatching(/^ready on 127\.0\.0\.1:\d+\n$/),
      errors: "",
    });
    await tcp.stop();
    const socket = join(here.directory, "postern.sock");
    const env = { POSTERN_LISTEN: `unix:${socket}`, POSTERN_ISSUER: "https://nas.example/sso" };
    const unix = await here.serve(env);
    expect(await here.run(["healthcheck"])).toEqual({ code: 0, out: `ready on unix:${socket}\n`, errors: "" });
    expect((await here.run(["healthcheck"], { env })).code).toBe(0);
    await unix.stop("SIGKILL");
    expect(await here.run(["healthcheck"])).toEqual({
      code: 1,
      out: "",
      errors: `postern: no server answers on unix:${socket}\n`,
    });
  });

  test("asks a server with TLS", async () => {
    const certificates = resolve(import.meta.dir, "../protocol/certificates");
    const env = {
      POSTERN_TLS_CERT_FILE: join(certificates, "first.cert.pem"),
      POSTERN_TLS_KEY_FILE: join(certificates, "first.key.pem"),
    };
    const server = await here.serve(env);
    expect(await here.run(["healthcheck"])).toMatchObject({ code: 0, errors: "" });
    expect(await here.run(["healthcheck"], { env })).toMatchObject({ code: 0, errors: "" });
    await server.stop();
    const { code, errors } = await here.run(["healthcheck"]);
    expect([code, errors]).toEqual([1, expect.stringContaining(here.dataDir)]);
  });

  test("asks at POSTERN_LISTEN where the environment says so, and fails for what is not ready", async () => {
    const sick = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("no", { status: 503 }) });
    const { code, errors } = await here.run(["healthcheck"], { env: { POSTERN_LISTEN: `127.0.0.1:${sick.port}` } });
    await sick.stop(true);
    expect([code, errors]).toEqual([1, expect.stringContaining("is not ready: it answers 503")]);
  });
});

describe("several addresses", () => {
  test("TCP and a unix socket at once: answers, record, start message and healthcheck know both", async () => {
    const socket = join(here.directory, "postern.sock");
    const port = freePort();
    const server = await here.serve({ POSTERN_LISTEN: `127.0.0.1:${port},unix:${socket}?mode=0600` });
    const listen = [`127.0.0.1:${port}`, `unix:${socket}`];
    expect(instance()).toMatchObject({ listen });
    expect(server.logged()).toContainEqual(expect.objectContaining({ message: "listening", listen }));
    expect((await fetch(`http://localhost:${port}/readyz`)).status).toBe(200);
    expect((await fetch("http://localhost/readyz", { unix: socket })).status).toBe(200);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(await here.run(["healthcheck"])).toEqual({ code: 0, out: `ready on ${listen.join(", ")}\n`, errors: "" });
    // A socket that somebody has removed is nobody's way in any more, though the port still answers.
    rmSync(socket);
    const { code, errors } = await here.run(["healthcheck"]);
    expect([code, errors]).toEqual([1, `postern: no server answers on unix:${socket}\n`]);
    expect(await server.stop()).toBe(0);
  });

  test("a second serve on a live socket is refused, with another data directory too", async () => {
    const socket = join(here.directory, "postern.sock");
    const first = await here.serve({ POSTERN_LISTEN: `unix:${socket}` });
    const env = { POSTERN_LISTEN: `unix:${socket}`, POSTERN_DATA_DIR: join(here.directory, "other") };
    const { code, errors } = await here.run(["serve"], { env });
    expect([code, errors]).toEqual([1, `postern: another server listens on unix:${socket}\n`]);
    expect((await fetch("http://localhost/readyz", { unix: socket })).status).toBe(200);
    await first.stop("SIGKILL");
    const second = await here.serve({ POSTERN_LISTEN: `unix:${socket}` });
    expect(await second.stop()).toBe(0);
  });
});

describe("log-level", () => {
  test("shows and changes what the running server logs, until it ends", async () => {
    const server = await here.serve();
    const refused = () => fetch(`${server.address}/auth/token`, { method: "POST" });
    const debugLines = () => server.logged().filter(({ level }) => level === "debug");
    expect(await here.json<unknown>("log-level")).toEqual({ level: "info" });
    await refused();
    expect(debugLines()).toEqual([]);
    expect(await here.run(["log-level", "debug"])).toEqual({ code: 0, out: "debug\n", errors: "" });
    await until(async () => (await refused()).ok || debugLines().length > 0);
    expect(await here.run(["log-level", "loud"])).toMatchObject({ code: 2, out: "" });
    expect(await server.stop()).toBe(0);
    expect(existsSync(file("log-level"))).toBe(false);
    const { code, errors } = await here.run(["log-level", "debug"]);
    expect([code, errors]).toEqual([1, `postern: no server runs on ${here.dataDir}\n`]);
    // The next one begins with what is configured.
    const again = await here.serve();
    expect((await here.run(["log-level"])).out).toBe("info\n");
    await again.stop();
  });
});
