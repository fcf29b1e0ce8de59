import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import type { Listen } from "../../src/config/address.ts";
import { type Listener, startListener } from "../../src/server/listener.ts";
import { seconds } from "../../src/time.ts";
import { freePort } from "../support/free-port.ts";

const directory = mkdtempSync(join(tmpdir(), "postern-listener-"));
const open: Listener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.stop();
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Where {
  readonly listen: readonly Listen[];
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
}

/** Answers with the port, or the path, at which it was asked. */
const answerAt = (listen: Listen) => () => new Response(String(listen.kind === "unix" ? listen.path : listen.port));

async function listenOn({ listen, tls }: Where): Promise<Listener> {
  const handlers = { answerAt, changed: () => undefined };
  const listener = await startListener({ listen, tls, drainTimeout: seconds(10) }, handlers);
  open.push(listener);
  return listener;
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: Error) => error.message,
  );

const tcp = (port = 0, host = "127.0.0.1"): Listen => ({ kind: "tcp", host, port });
const unix = (name: string, mode = 0o660) => ({ kind: "unix" as const, path: join(directory, name), mode });
const portOf = (address: string | undefined) => Number(/:(\d+)$/.exec(address ?? "")?.[1]);
const text = async (url: string, socket?: string) =>
  (await fetch(url, socket === undefined ? {} : { unix: socket })).text();

/** Puts one of the two test certificates, valid for a century, where the listener reads it. */
function certificate(name: "first" | "second"): { readonly certFile: string; readonly keyFile: string } {
  const files = { certFile: join(directory, "cert.pem"), keyFile: join(directory, "key.pem") };
  for (const [kind, path] of [["cert", files.certFile] as const, ["key", files.keyFile] as const])
    writeFileSync(path, readFileSync(join(import.meta.dir, "certificates", `${name}.${kind}.pem`)));
  return files;
}

const subject = (port: number) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.end();
    });
    socket.on("error", reject);
  });

describe("several addresses", () => {
  test("each answers, and is named as it was bound", async () => {
    const [socket, other] = [unix("one.sock"), unix("two.sock", 0o600)];
    const { addresses } = await listenOn({ listen: [tcp(), tcp(0, "::1"), socket, other] });
    const [first, second] = addresses.map(portOf);
    expect(addresses).toEqual([`127.0.0.1:${first}`, `[::1]:${second}`, `unix:${socket.path}`, `unix:${other.path}`]);
    expect(await text(`http://127.0.0.1:${first}`)).toBe(String(first));
    expect(await text(`http://[::1]:${second}`)).toBe(String(second));
    expect(await text("http://localhost", socket.path)).toBe(socket.path);
    expect([statSync(socket.path).mode & 0o777, statSync(other.path).mode & 0o777]).toEqual([0o660, 0o600]);
  });

  test("where one cannot be had, none is kept", async () => {
    const taken = await listenOn({ listen: [tcp()] });
    const [socket, port] = [unix("kept.sock"), freePort()];
    const listen = [tcp(port), socket, tcp(portOf(taken.addresses[0]))];
    expect(await failure(listenOn({ listen }))).toContain(`cannot listen on ${taken.addresses[0]}`);
    expect(existsSync(socket.path)).toBe(false);
    await listenOn({ listen: [tcp(port), socket] });
  });
});

describe("unix sockets", () => {
  test("one that a killed server left is replaced, a live one is not", async () => {
    const socket = unix("left.sock");
    const [listen, { path }] = [[socket], socket];
    const program = `Bun.serve({ unix: ${JSON.stringify(path)}, fetch: () => new Response() }); console.log("up")`;
    const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe" });
    await child.stdout.getReader().read();
    expect(await failure(listenOn({ listen }))).toContain("another server listens");
    child.kill("SIGKILL");
    await child.exited;
    await listenOn({ listen });
    expect(await text("http://localhost/", path)).toBe(path);
  });

  test("a file that is no socket is never removed", async () => {
    const listen = unix("precious");
    writeFileSync(listen.path, "precious");
    expect(await failure(listenOn({ listen: [listen] }))).toContain("no socket");
    expect(readFileSync(listen.path, "utf8")).toBe("precious");
  });

  test.if(process.getuid?.() !== 0)("one that cannot be asked is left alone", async () => {
    const listen = unix("closed.sock");
    await listenOn({ listen: [listen] });
    chmodSync(listen.path, 0);
    expect(await failure(listenOn({ listen: [listen] }))).toContain("cannot tell whether another server listens");
    expect(lstatSync(listen.path).isSocket()).toBe(true);
  });
});

test("a port that is taken is refused in a sentence, with TLS too", async () => {
  const { addresses } = await listenOn({ listen: [tcp()] });
  const listen = [tcp(portOf(addresses[0]))];
  expect(await failure(listenOn({ listen }))).toContain("cannot listen on 127.0.0.1");
  expect(await failure(listenOn({ listen, tls: certificate("first") }))).toContain("cannot listen on 127.0.0.1");
});

describe("the certificate", () => {
  test("a new one is served after a reload, at the same ports; one that does not fit its key is refused and the old one stays", async () => {
    const listener = await listenOn({ listen: [tcp(), tcp(), unix("plain.sock")], tls: certificate("first") });
    const ports = listener.addresses.slice(0, 2).map(portOf);
    const subjects = () => Promise.all(ports.map(subject));
    expect(await subjects()).toEqual(["first", "first"]);
    certificate("second");
    // Asked for twice at once, it is taken once: there are never more than two servers at a port.
    const reloads = [listener.reloadCertificate(), listener.reloadCertificate()];
    expect(await reloads[0]).toBe(true);
    expect(await subjects()).toEqual(["second", "second"]);
    await Bun.write(join(directory, "key.pem"), "no key");
    expect(await failure(listener.reloadCertificate())).toContain("key.pem holds no private key in PEM");
    expect(await subjects()).toEqual(["second", "second"]);
    expect(await text("http://localhost/", join(directory, "plain.sock"))).toContain("plain.sock");
    certificate("second");
    await listener.stop();
    expect(await reloads[1]).toBe(false);
  });
});
