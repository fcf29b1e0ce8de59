import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { residentMebibytes } from "../bench/machine.ts";
import { type Box, newBox, type Served } from "../support/binary.ts";
import { certificateFor, type TestCertificate } from "../support/certificate.ts";
import { executable } from "../support/executable.ts";
import { halfRequest } from "../support/half-request.ts";
import { leaveAll, openMany } from "../support/many-connections.ts";
import { notifySocket } from "../support/notify-socket.ts";
import { childrenOf } from "../support/processes.ts";

// POSTERN_WORKERS in the executable: real processes that are killed, stopped and ended.

let box: Box;
let server: Served;
const start = async (environment: Readonly<Record<string, string>> = {}) => {
  box = newBox({ environment: { POSTERN_WORKERS: "2", ...environment } });
  server = await box.start();
  // The first one answers before the others are there.
  await until("all are there", () => metric("postern_workers").then((number) => number === 2));
};
afterEach(() => box.remove());

const isThere = (pid: number): boolean => {
  try {
    // A process that has ended and whose end nobody has asked for is a zombie.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

/** Waits for something that happens by itself, and not for ever. */
async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    if (await holds()) return;
    await Bun.sleep(20);
  }
  throw new Error(`not within ${seconds} s: ${what}`);
}

const form = (client: { readonly client_id: string; readonly client_secret: string }, fields: object) => ({
  method: "POST",
  headers: { authorization: `Basic ${btoa(`${client.client_id}:${client.client_secret}`)}`, connection: "close" },
  body: new URLSearchParams({ ...fields }),
});

async function createClient(...words: readonly string[]) {
  const { code, output, errors } = await box.run("client", "create", "--json", ...words);
  if (code !== 0) throw new Error(errors);
  return JSON.parse(output);
}
const createService = () => createClient("--name", "Service", "--grant", "client_credentials", "--scope", "run");
const tokenFor = (client: Awaited<ReturnType<typeof createService>>) =>
  fetch(`${box.address}/auth/token`, form(client, { grant_type: "client_credentials" }));

/** Each refusal has an id of its own. */
const withoutIds = <Answer extends { readonly headers: Readonly<Record<string, string>> }>({
  headers,
  ...answer
}: Answer) => {
  const { "x-request-id": _, ...others } = headers;
  return { ...answer, headers: others };
};

/** The value of one series; 0 where there is none. */
async function metric(series: string): Promise<number> {
  const text = await (await fetch(`${box.address}/metrics`, { headers: { connection: "close" } })).text();
  return Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length) ?? 0,
  );
}

/**
 * For the metrics the supervisor asks each worker: whoever has counted has told it by the first answer, and whoever is told
 * has heard of it by the second.
 */
async function allHaveHeard(): Promise<void> {
  for (let asked = 0; asked < 2; asked += 1) expect(await metric("postern_workers")).toBe(2);
}

describe("two workers", () => {
  beforeEach(() => start());

  test("are two processes beside the one that is started, and all three end with a SIGTERM to that", async () => {
    const workers = childrenOf(server.pid);
    expect(workers).toHaveLength(2);
    expect(await server.stop()).toBe(0);
    expect(workers.filter(isThere)).toEqual([]);
    const lines = (await server.output).split("\n").filter((line) => line.includes('"listening"'));
    expect(lines).toHaveLength(1);
  });

  test("have no setting and no secret in their environment", () => {
    for (const worker of childrenOf(server.pid))
      expect(readFileSync(`/proc/${worker}/environ`, "utf8")).not.toContain("POSTERN_");
  });

  test("leave none of them behind when the supervisor is killed, and the next start finds its port free", async () => {
    const workers = childrenOf(server.pid);
    await server.stop("SIGKILL");
    await until("the workers end", () => workers.every((worker) => !isThere(worker)));
    const next = await box.start();
    expect(await next.stop()).toBe(0);
  });

  test("one that hangs does not outlive a supervisor that is killed, nor keep the port from the next start", async () => {
    const workers = childrenOf(server.pid);
    for (const worker of workers) process.kill(worker, "SIGSTOP");
    await server.stop("SIGKILL");
    await until("the workers end", () => workers.every((worker) => !isThere(worker)));
    const next = await box.start();
    expect(await next.stop()).toBe(0);
  });

  test("ignore the signals that a terminal and a service manager send to every process", async () => {
    const workers = childrenOf(server.pid);
    for (const worker of workers) for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.kill(worker, signal);
    expect((await fetch(`${box.address}/readyz`)).status).toBe(200);
    expect(childrenOf(server.pid)).toEqual(workers);
  });

  test("one that is killed is replaced, what it had counted is not lost, and tokens are issued all the time", async () => {
    const service = await createService();
    for (let n = 0; n < 20; n++) expect((await tokenFor(service)).status).toBe(200);
    expect(await metric('postern_tokens_issued_total{grant_type="client_credentials"}')).toBe(20);
    const [killed = 0, other] = childrenOf(server.pid);
    process.kill(killed, "SIGKILL");
    await until(
      "another one is there",
      () => childrenOf(server.pid).filter((worker) => worker !== killed).length === 2,
    );
    expect(childrenOf(server.pid)).toContain(other ?? 0);
    await until("all answer", async () => (await tokenFor(service)).status === 200);
    expect(await metric('postern_worker_restarts_total{reason="died"}')).toBe(1);
    expect(await metric('postern_tokens_issued_total{grant_type="client_credentials"}')).toBe(21);
  });

  test("one that does not answer any more is killed and replaced", async () => {
    const [stopped = 0] = childrenOf(server.pid);
    process.kill(stopped, "SIGSTOP");
    await until("it has gone and another one is there", () => !isThere(stopped) && childrenOf(server.pid).length === 2);
    await until("it is counted", async () => (await metric('postern_worker_restarts_total{reason="hung"}')) === 1);
  }, 60_000);

  test("6749-2.3-bruteforce: count the wrong secrets of a client together", async () => {
    const { client_id } = await createService();
    const wrong = async (times: number) => {
      const statuses: number[] = [];
      for (let n = 0; n < times; n++) statuses.push((await tokenFor({ client_id, client_secret: "wrong" })).status);
      return statuses;
    };
    expect(await wrong(10)).toEqual(new Array(10).fill(401));
    await allHaveHeard();
    expect(await wrong(8)).toEqual(new Array(8).fill(429));
  });

  test("7662-4-checks: what one has issued the other knows, and what a command ends is inactive at both", async () => {
    const service = await createService();
    const api = await createClient("--name", "API", "--resource-server");
    const { access_token: token } = await (await tokenFor(service)).json();
    const seen = async () => {
      const answers = await Promise.all(
        Array.from({ length: 16 }, () => fetch(`${box.address}/auth/introspect`, form(api, { token }))),
      );
      return new Set(await Promise.all(answers.map(async (answer) => (await answer.json()).active)));
    };
    expect([...(await seen())]).toEqual([true]);
    expect((await box.run("client", "disable", service.client_id)).code).toBe(0);
    expect([...(await seen())]).toEqual([false]);
  });

  test("answer what is public and long without the supervisor", async () => {
    process.kill(server.pid, "SIGSTOP");
    try {
      for (const path of ["/assets/postern.css", "/assets/known-passwords.js", "/docs", "/docs/swagger-ui-bundle.js"])
        expect([path, (await fetch(box.address + path, { headers: { connection: "close" } })).status]).toEqual([
          path,
          200,
        ]);
    } finally {
      process.kill(server.pid, "SIGCONT");
    }
  });

  test.skipIf(process.platform !== "linux")(
    "HT-29: four hundred who do not read what they asked for make none of the processes keep a copy for each",
    async () => {
      const processes = [server.pid, ...childrenOf(server.pid)];
      const resident = () => Math.max(...processes.map(residentMebibytes));
      const { host, port } = new URL(box.address);
      for (const path of ["/docs/json", "/docs/swagger-ui-bundle.js"]) {
        for (let asked = 0; asked < 8; asked += 1)
          await (await fetch(box.address + path, { headers: { connection: "close" } })).bytes();
        const before = resident();
        const unread = await openMany(Number(port), 400, { text: `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n` });
        // Both go on, and what they hold is held by now.
        for (let asked = 0; asked < 8; asked += 1)
          expect((await fetch(`${box.address}/readyz`, { headers: { connection: "close" } })).status).toBe(200);
        expect([path, resident() - before < 50]).toEqual([path, true]);
        leaveAll(unread);
      }
    },
  );
});

describe("two workers below a path", () => {
  test("give what is public as the supervisor does: octets, headers, and that a copy is still good", async () => {
    const path = join(tmpdir(), `postern-${Bun.randomUUIDv7()}.sock`);
    const logo = join(tmpdir(), `postern-${Bun.randomUUIDv7()}.png`);
    writeFileSync(logo, Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(200_000)]));
    box = newBox({
      sockets: [`unix:${path}`],
      environment: {
        POSTERN_WORKERS: "2",
        POSTERN_ISSUER: "https://sso.example/in",
        POSTERN_BRAND_COLOR: "#00aa77",
        POSTERN_BRAND_LOGO_FILE: logo,
      },
    });
    server = await box.start();
    const told = async (file: string, headers: Readonly<Record<string, string>>, unix?: string) => {
      const sent = { ...headers, host: "sso.example", connection: "close" };
      const by = unix === undefined ? {} : { unix };
      const answer = await fetch(`${box.address}/in${file}`, { headers: sent, decompress: false, ...by });
      const { date, connection, ...others } = Object.fromEntries(answer.headers);
      return { file, status: answer.status, headers: others, octets: Bun.hash(await answer.bytes()) };
    };
    const files = ["brand-logo", "brand.css", "postern.css", "known-passwords.js", "none"].map(
      (name) => `/assets/${name}`,
    );
    for (const file of [...files, "/docs", "/docs/json", "/docs/swagger-ui.css", "/docs/none"]) {
      for (const headers of [{ "accept-encoding": "identity" }, { "accept-encoding": "gzip" }]) {
        const expected = await told(file, headers, path);
        expect(expected.status).toBe(file.endsWith("/none") ? 404 : 200);
        expect(expected.headers["strict-transport-security"]).toBe("max-age=31536000");
        const { etag } = expected.headers;
        for (let asked = 0; asked < 4; asked += 1) {
          expect(withoutIds(await told(file, headers))).toEqual(withoutIds(expected));
          if (etag !== undefined) expect((await told(file, { ...headers, "if-none-match": etag })).status).toBe(304);
        }
      }
    }
    expect(await server.stop()).toBe(0);
    rmSync(logo);
  });
});

describe("the end of two workers", () => {
  beforeEach(() => start());

  test("what is under way is answered: at a worker itself, and through it at the supervisor", async () => {
    const { host, port } = new URL(box.address);
    const type = "Content-Type: application/x-www-form-urlencoded";
    const begun = await Promise.all(
      ["/auth/token", "/auth/revoke"].map((path) =>
        halfRequest(
          Number(port),
          `POST ${path} HTTP/1.1\r\nHost: ${host}\r\n${type}\r\nContent-Length: 20\r\n\r\nclient_id=no`,
        ),
      ),
    );
    const ended = server.stop();
    await until("no new connection is taken", () =>
      fetch(`${box.address}/healthz`).then(
        () => false,
        () => true,
      ),
    );
    for (const { send } of begun) send("body&a=b");
    await Promise.all(begun.map(({ closed }) => closed));
    for (const { received } of begun) expect(received()).toStartWith("HTTP/1.1 401 ");
    expect(await ended).toBe(0);
  });
});

test("the end of two workers waits for one that hangs no longer than for any that is silent", async () => {
  await start({ POSTERN_DRAIN_TIMEOUT: "90s" });
  const workers = childrenOf(server.pid);
  process.kill(workers[0] ?? 0, "SIGSTOP");
  expect(await server.stop()).toBe(0);
  expect(workers.filter(isThere)).toEqual([]);
}, 60_000);

describe("a certificate of two workers", () => {
  test("is taken by both when its files have changed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "postern-pair-"));
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    const put = (pair: TestCertificate) => {
      writeFileSync(cert, pair.cert);
      writeFileSync(key, pair.key);
    };
    const [first, second] = [certificateFor("localhost"), certificateFor("localhost")];
    put(first);
    box = newBox({ environment: { POSTERN_WORKERS: "2", POSTERN_TLS_CERT_FILE: cert, POSTERN_TLS_KEY_FILE: key } });
    const { port } = new URL(box.address);
    const child = box.spawn("serve");
    const shows = ({ cert: ca }: TestCertificate) =>
      fetch(`https://localhost:${port}/healthz`, { tls: { ca }, headers: { connection: "close" } }).then(
        ({ ok }) => ok,
        () => false,
      );
    /** Often enough for both to be asked. */
    const allShow = async (pair: TestCertificate) =>
      (await Promise.all(Array.from({ length: 24 }, () => shows(pair)))).every(Boolean);
    await until("the first is shown", () => allShow(first));
    await until("both are there", () => childrenOf(child.pid).length === 2);
    put(second);
    child.kill("SIGHUP");
    await until("the second is shown by both", () => allShow(second));
    expect(await shows(first)).toBe(false);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
    rmSync(folder, { recursive: true });
  });
});

describe("a service manager of two workers", () => {
  test("is told once that the server is ready, by its main process, and once that it ends", async () => {
    const name = join("/tmp", `postern-notify-${process.pid}-${Bun.randomUUIDv7().slice(-8)}`);
    const manager = await notifySocket(name);
    await start({ NOTIFY_SOCKET: name });
    await server.stop();
    const told = manager.received().join("\n");
    expect(told.match(/^READY=1$/gm)).toHaveLength(1);
    expect(told.match(/^STOPPING=1$/gm)).toHaveLength(1);
    manager.close();
  });
});

test("one that dies while a new executable stands in the place of the old one is replaced by the old one", async () => {
  const place = mkdtempSync(join(tmpdir(), "postern-upgrade-"));
  const program = join(place, "postern");
  copyFileSync(executable, program);
  box = newBox({ environment: { POSTERN_WORKERS: "2" }, through: ["/bin/sh", "-c", `exec ${program} "$@"`] });
  try {
    server = await box.start();
    await until("all are there", () => childrenOf(server.pid).length === 2);
    copyFileSync("/bin/false", join(place, "new"));
    renameSync(join(place, "new"), program);
    const before = childrenOf(server.pid);
    for (const worker of before) process.kill(worker, "SIGKILL");
    await until("somebody answers", () =>
      metric("postern_workers").then(
        (number) => number === 2,
        () => false,
      ),
    );
    expect(childrenOf(server.pid).some((worker) => before.includes(worker))).toBe(false);
  } finally {
    rmSync(place, { recursive: true });
  }
});

test("a socket in the file system is served by the process that goes on when workers die", async () => {
  const path = join(tmpdir(), `postern-${Bun.randomUUIDv7()}.sock`);
  box = newBox({ environment: { POSTERN_WORKERS: "2" }, sockets: [`unix:${path}`] });
  server = await box.start();
  for (const worker of childrenOf(server.pid)) process.kill(worker, "SIGKILL");
  const bySocket = await fetch(`${box.address}/auth/jwks.json`, { unix: path });
  expect([bySocket.status, (await bySocket.json()).keys.length]).toEqual([200, 3]);
  await until("the port answers again", () =>
    fetch(`${box.address}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  expect(await server.stop()).toBe(0);
  expect(existsSync(path)).toBe(false);
});
