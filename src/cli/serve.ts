import { loadConfig } from "../config/load.ts";
import { systemRandom } from "../crypto/random.ts";
import { log } from "../events/log.ts";
import { databasePath, forgetInstance, instanceSecret, makeDataDirectory, recordInstance } from "../server/instance.ts";
import { startServer } from "../server/start.ts";
import { openSqliteStore } from "../store/sqlite/open.ts";
import { systemClock } from "../time.ts";

/** Runs the server until it is told to stop. */
export async function serve(environment: Readonly<Record<string, string | undefined>>): Promise<number> {
  const onTerminal = process.stdout.isTTY === true;
  const config = loadConfig(environment, undefined, { onTerminal });
  const clock = systemClock;
  const random = systemRandom();
  makeDataDirectory(config.dataDir);
  const secret = instanceSecret(config, random);
  const store = openSqliteStore({ path: databasePath(config.dataDir), clock, writer: "worker", migrate: true });
  const ownLog = log({ clock, level: config.logLevel, format: config.logFormat, write: (line) => process.stdout.write(line) });
  const server = await startServer({ config, clock, random, store, instanceSecret: secret, log: ownLog });
  recordInstance(config.dataDir, { issuer: config.issuer, listen: server.listen, pid: process.pid });
  ownLog.info("listening", { listen: server.listen, issuer: config.issuer });
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  await server.stop();
  forgetInstance(config.dataDir);
  return 0;
}
