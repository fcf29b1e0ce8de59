import { afterEach, beforeEach, expect, test } from "bun:test";
import { renameSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { connect } from "node:tls";
import { until } from "../support/until.ts";
import { type CommandLine, commandLine } from "./command-line.ts";

let here: CommandLine;
beforeEach(() => {
  here = commandLine();
});
afterEach(() => here.remove());

const archive = resolve(import.meta.dir, "../protocol/certificates");

/** As certbot does: a link, replaced by another one. */
function put(kind: "cert" | "key", name: "first" | "second"): string {
  const link = join(here.directory, `${kind}.pem`);
  symlinkSync(join(archive, `${name}.${kind}.pem`), `${link}.new`);
  renameSync(`${link}.new`, link);
  return link;
}

/** Asks over a connection of its own; gives the name in the certificate, or what went wrong. */
const askOnce = (port: number) =>
  new Promise<string>((done) => {
    let received = "";
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
      socket.write(`GET /healthz HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
    });
    socket.on("data", (data) => {
      received += data.toString();
      if (!received.includes('{"status":"ok"}')) return;
      done(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on("error", (error) => done(error.message));
    socket.on("close", () => done(`closed after ${received.length} characters`));
  });

/** Asks and asks, several at once, until it is told to stop. */
function underLoad(port: number) {
  const seen = new Set<string>();
  let isOver = false;
  const asking = Promise.all(
    Array.from({ length: 6 }, async () => {
      while (!isOver) {
        seen.add(await askOnce(port));
        await Bun.sleep(2);
      }
    }),
  );
  return {
    seen,
    stop: () => {
      isOver = true;
      return asking;
    },
  };
}

test("a new certificate is taken when its files have changed, key and certificate one after the other, and no connection is refused", async () => {
  const env = { POSTERN_TLS_CERT_FILE: put("cert", "first"), POSTERN_TLS_KEY_FILE: put("key", "first") };
  const server = await here.serve(env);
  const port = Number(new URL(server.address).port);
  const load = underLoad(port);
  const logged = (text: string) => server.logged().filter(({ message }) => String(message).includes(text));
  await until(() => load.seen.has("first"));
  put("cert", "second");
  await until(() => logged("the certificate was not reloaded").length > 0);
  put("key", "second");
  await until(() => logged("a new certificate is served").length > 0);
  await until(() => load.seen.has("second"));
  await load.stop();
  expect([...load.seen]).toEqual(["first", "second"]);
  expect(await askOnce(port)).toBe("second");
  // Once for each state of the files, not at each look.
  expect(logged("the certificate was not reloaded")).toMatchObject([{ fault: expect.stringContaining("key.pem") }]);
  expect(await server.stop()).toBe(0);
}, 40_000);

test("SIGHUP takes a new certificate at once; connections that are in use are answered, and told to come again", async () => {
  const env = { POSTERN_TLS_CERT_FILE: put("cert", "first"), POSTERN_TLS_KEY_FILE: put("key", "first") };
  const server = await here.serve(env);
  const port = Number(new URL(server.address).port);
  const answers: string[] = [];
  const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
  const ask = () => socket.write(`GET /healthz HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
  socket.on("data", (data) => void answers.push(data.toString()));
  ask();
  await until(() => answers.length === 1);
  put("cert", "second");
  put("key", "second");
  server.signal("SIGHUP");
  await until(async () => (await askOnce(port)) === "second");
  ask();
  await until(() => answers.length === 2);
  expect(answers[0]?.toLowerCase()).not.toContain("connection: close");
  expect(answers[1]?.toLowerCase()).toContain("connection: close");
  socket.destroy();
  const begun = Bun.nanoseconds();
  expect(await server.stop()).toBe(0);
  // What a certificate has left behind does not hold up the end: it would be there for fourteen seconds.
  expect((Bun.nanoseconds() - begun) / 1e9).toBeLessThan(10);
});
