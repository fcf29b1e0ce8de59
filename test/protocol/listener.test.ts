import { afterEach, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Listener, startListener } from "../../src/server/listener.ts";

const directory = mkdtempSync(join(tmpdir(), "postern-listener-"));
const open: Listener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.stop();
});

const answer = () => new Response("here");
const listenOn = async (where: Parameters<typeof startListener>[0]) => {
  const listener = await startListener(where, answer, () => undefined);
  open.push(listener);
  return listener;
};
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: Error) => error.message,
  );

/** Puts one of the two test certificates, valid for a century, where the listener reads it. */
function certificate(name: "first" | "second"): { readonly certFile: string; readonly keyFile: string } {
  const certFile = join(directory, "cert.pem");
  const keyFile = join(directory, "key.pem");
  copyFileSync(join(import.meta.dir, "certificates", `${name}.cert.pem`), certFile);
  copyFileSync(join(import.meta.dir, "certificates", `${name}.key.pem`), keyFile);
  return { certFile, keyFile };
}

const subject = async (port: number) => {
  const { connect } = await import("node:tls");
  return new Promise<string>((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.end();
    });
    socket.on("error", reject);
  });
};

test("a unix socket is for its owner and group, and one that a killed server left is replaced", async () => {
  const path = join(directory, "left.sock");
  const listen = { kind: "unix", path } as const;
  const child = Bun.spawn(
    [
      process.execPath,
      "-e",
      `Bun.serve({ unix: ${JSON.stringify(path)}, fetch: () => new Response() }); console.log("up")`,
    ],
    { stdout: "pipe" },
  );
  await child.stdout.getReader().read();
  expect(await failure(startListener({ listen, tls: undefined }, answer, () => undefined))).toContain(
    "another server listens",
  );
  child.kill("SIGKILL");
  await child.exited;
  await listenOn({ listen, tls: undefined });
  expect(statSync(path).mode & 0o777).toBe(0o660);
  expect(await (await fetch("http://localhost/", { unix: path })).text()).toBe("here");
});

test("a port that is taken is refused in a sentence, with TLS too", async () => {
  const first = await listenOn({ listen: { kind: "tcp", host: "127.0.0.1", port: 0 }, tls: undefined });
  const listen = { kind: "tcp", host: "127.0.0.1", port: first.server.port ?? 0 } as const;
  expect(await failure(startListener({ listen, tls: undefined }, answer, () => undefined))).toContain(
    "cannot listen on 127.0.0.1",
  );
  expect(await failure(startListener({ listen, tls: certificate("first") }, answer, () => undefined))).toContain(
    "cannot listen on 127.0.0.1",
  );
});

test("a new certificate is served after a reload; one that does not fit its key is refused and the old one stays", async () => {
  const free = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer });
  const port = free.port ?? 0;
  await free.stop(true);
  const listener = await listenOn({ listen: { kind: "tcp", host: "127.0.0.1", port }, tls: certificate("first") });
  expect(await subject(port)).toBe("first");
  certificate("second");
  await listener.reloadCertificate();
  expect(await subject(port)).toBe("second");
  await Bun.write(join(directory, "key.pem"), "no key");
  expect(await failure(listener.reloadCertificate())).toContain("cannot be read");
  expect(await subject(port)).toBe("second");
  rmSync(directory, { recursive: true });
});
