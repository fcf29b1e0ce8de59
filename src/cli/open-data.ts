import { ownScopes } from "../administration/scopes.ts";
import { isLoopbackListen, parseListen } from "../config/address.ts";
import { type Config, loadConfig } from "../config/load.ts";
import type { Context } from "../context.ts";
import { passwords } from "../crypto/password.ts";
import { systemRandom } from "../crypto/random.ts";
import { log } from "../events/log.ts";
import type { Actor } from "../model/event.ts";
import { databasePath, instanceSecret, recordedInstance } from "../server/instance.ts";
import { machineOf } from "../server/machine.ts";
import type { StoreLimits } from "../store/limits.ts";
import { openSqliteStore } from "../store/sqlite/open.ts";
import { checkPlace } from "../store/sqlite/place.ts";
import { systemClock } from "../time.ts";
import { enterDataDirectory } from "./data-directory.ts";

/** Who changes things from the command line. */
export const commandLine: Actor = { kind: "cli" };

/** What most commands work with; keys are not among it, so that they need no instance secret. */
export type Data = Pick<Context, "config" | "ownScopes" | "clock" | "random" | "store" | "passwords">;

/** The configuration of a command: where the environment is silent, what the running server has recorded counts. */
export function configHere(): Config {
  const config = loadConfig(process.env);
  const recorded = recordedInstance(config.dataDir);
  if (recorded === undefined) return config;
  return {
    ...config,
    issuer: config.issuerWasSet ? config.issuer : recorded.issuer,
    listen: process.env.POSTERN_LISTEN?.trim() ? config.listen : recorded.listen.map(parseListen),
  };
}

export const limitsOf = (config: Config): StoreLimits => ({
  maxBytes: config.databaseMaxSize,
  auditRetention: config.auditRetention,
  sessions: { idle: config.sessionLifetime, most: config.sessionMaxLifetime },
});

/** Opens the data directory, also under a running server, and closes it when the work is done. */
export async function withData<Result>(work: (data: Data) => Promise<Result>): Promise<Result> {
  const config = configHere();
  enterDataDirectory(config.dataDir);
  checkPlace(config.dataDir, config.databaseJournal);
  const store = openSqliteStore({
    path: databasePath(config.dataDir),
    clock: systemClock,
    writer: "inline",
    migrate: false,
    limits: limitsOf(config),
  });
  try {
    return await work({
      config,
      // Who runs a command is told of a clash by `postern apply`.
      ownScopes: ownScopes({ store, config }, () => undefined),
      clock: systemClock,
      random: systemRandom(),
      store,
      passwords: passwords(machineOf()),
    });
  } finally {
    await store.close();
  }
}

/** The same with everything that the server has, for what needs its keys. */
export function withContext<Result>(work: (context: Context) => Promise<Result>): Promise<Result> {
  return withData(async (data) => {
    const { createContext } = await import("../server/create-context.ts");
    const ownLog = log({
      clock: data.clock,
      level: "error",
      format: "pretty",
      write: (line) => process.stderr.write(line),
    });
    return work(createContext({ ...data, instanceSecret: instanceSecret(data.config, data.random), log: ownLog }));
  });
}

/** Whether a phone in the same network would get nowhere with an address of this host. */
export const isLoopbackAddress = (url: string): boolean => {
  const { hostname } = new URL(url);
  return isLoopbackListen({ kind: "tcp", host: hostname.replace(/^\[|\]$/g, ""), port: 0 });
};
