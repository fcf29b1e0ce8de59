import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limitsOf } from "../../src/cli/open-data.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Context } from "../../src/context.ts";
import { type PasswordCost, passwords } from "../../src/crypto/password.ts";
import { systemRandom } from "../../src/crypto/random.ts";
import { log } from "../../src/events/log.ts";
import { databasePath } from "../../src/server/instance.ts";
import { machineOf } from "../../src/server/machine.ts";
import type { ScheduledBackups } from "../../src/server/scheduled-backups.ts";
import { startServer } from "../../src/server/start.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { Store } from "../../src/store/store.ts";
import { after, type Clock, type Duration, instant } from "../../src/time.ts";
import { freePort } from "./free-port.ts";
import { testWorkers } from "./test-workers.ts";
import { workersHere } from "./workers.ts";

/** The real server over HTTP on a free port, with a real database file, and a clock that the test moves. */
export interface TestServer {
  readonly issuer: string;
  /** Where requests go; the same as the issuer but for tests that give an issuer of their own. */
  readonly address: string;
  /** Whom to trust for the certificate at the address, PEM, where that is not one of the machine's. */
  readonly authority?: string;
  readonly context: Context;
  /** The context's, and with POSTERN_TEST_WORKERS those that the workers read from: for who breaks one. */
  readonly stores: readonly Store[];
  readonly directory: string;
  /** Each line of the log. */
  readonly logged: readonly string[];
  /** Where `POSTERN_BACKUP_DIR` is set. */
  readonly backups: ScheduledBackups | undefined;
  advance(duration: Duration): void;
  stop(): Promise<void>;
  /** Stops and starts again on the same data and clock, after so long. */
  restart(down?: Duration): Promise<TestServer>;
}

/** The secret of every test server. */
export const testSecret = "a secret of the tests, long enough to be one";

interface Place {
  /** A file to start on a copy of. */
  readonly database?: string;
  readonly directory?: string;
  readonly instanceSecret?: string;
  /** Passwords cost what they do on the machine. */
  readonly isCostly?: boolean;
}

/** Real argon2id, in 2 ms: what it costs on the machine is not what most tests are about, and would be most of their time. */
const cheap: PasswordCost = { memory: 1024, passes: 1 };

/** Where a request of a test goes to, and whom it trusts there. */
export type Address = Pick<TestServer, "address" | "authority">;

/** The part of a request that trusts the certificate at the address. */
export const trusting = ({ authority }: Address): BunFetchRequestInit =>
  authority === undefined ? {} : { tls: { ca: authority } };

/** `environment` as an operator would set it. `issuer` may be given; otherwise it is the address that was bound. */
export async function startTestServer(
  environment: Readonly<Record<string, string>> = {},
  {
    database,
    directory = mkdtempSync(join(tmpdir(), "postern-")),
    instanceSecret = testSecret,
    isCostly = false,
  }: Place = {},
): Promise<TestServer> {
  if (database !== undefined) copyFileSync(database, databasePath(directory));
  let now = instant(Date.UTC(2030, 0, 1));
  const clock: Clock = { now: () => now };
  return start({
    environment,
    directory,
    instanceSecret,
    isCostly,
    clock,
    advance: (duration) => (now = after(now, duration)),
  });
}

interface Setting {
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly instanceSecret: string;
  readonly isCostly: boolean;
  readonly clock: Clock;
  readonly advance: (duration: Duration) => void;
}

async function start(setting: Setting): Promise<TestServer> {
  const { environment, directory, instanceSecret, isCostly, clock, advance } = setting;
  const port = freePort();
  const address = `http://localhost:${port}`;
  const config = loadConfig({
    POSTERN_ISSUER: address,
    POSTERN_LISTEN: `127.0.0.1:${port}`,
    POSTERN_DATA_DIR: directory,
    POSTERN_WORKERS: String(testWorkers),
    ...environment,
  });
  const store = openSqliteStore({
    path: databasePath(directory),
    clock,
    writer: "worker",
    migrate: true,
    limits: limitsOf(config),
  });
  const logged: string[] = [];
  const stores = [store];
  const server = await startServer({
    config,
    clock,
    random: systemRandom(),
    store,
    instanceSecret,
    passwords: isCostly ? undefined : passwords(machineOf(), cheap),
    log: log({ clock, level: "debug", format: "json", write: (line) => logged.push(line) }),
    launch: workersHere(clock, stores),
  });
  await server.keysMade;
  await store.serve();
  let stopped = false;
  const halt = async () => {
    if (!stopped) await server.stop();
    stopped = true;
  };
  return {
    issuer: config.issuer,
    address,
    context: server.context,
    stores,
    directory,
    logged,
    backups: server.backups,
    advance,
    stop: async () => {
      await halt();
      rmSync(directory, { recursive: true, force: true });
    },
    restart: async (down) => {
      await halt();
      if (down !== undefined) advance(down);
      return start({ ...setting, environment: { POSTERN_ISSUER: config.issuer, ...environment } });
    },
  };
}
