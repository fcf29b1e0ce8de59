import { parseListen } from "../../config/address.ts";
import type { Config } from "../../config/load.ts";
import type { Instance } from "../../server/instance.ts";
import { checkAt } from "../ask-server.ts";
import { Failed } from "../outcome.ts";
import { type Finding, failed, ok, warning } from "./finding.ts";

/** Whether a server works on the directory, answers at each of its addresses, and is the one that is configured here. */
export async function checkServer(
  config: Config,
  recorded: Instance | undefined,
  isRunning: boolean,
): Promise<readonly Finding[]> {
  if (!isRunning) {
    const left = recorded === undefined ? "" : `; the last one was killed (pid ${recorded.pid}), which does no harm`;
    return [warning("server", `no server runs on ${config.dataDir}${left}`, "postern serve, or start the service")];
  }
  if (recorded === undefined)
    return [
      warning(
        "server",
        "a process has the data directory, but does not say where it listens",
        "wait a moment if a server is just starting or a backup is put back; else restart the server",
      ),
    ];
  const moved =
    recorded.issuer === config.issuer
      ? []
      : [
          warning(
            "server",
            `the server was started with the issuer ${recorded.issuer}, and POSTERN_ISSUER is ${config.issuer} here`,
            "restart the server, or ask with its environment",
          ),
        ];
  return [await readiness(config, recorded), ...moved];
}

async function readiness(config: Config, { issuer, listen, pid }: Instance): Promise<Finding> {
  const { pathname } = new URL(issuer);
  const path = `${pathname === "/" ? "" : pathname}/readyz`;
  const perhapsTls = config.tls !== undefined || issuer.startsWith("https:");
  try {
    await Promise.all(listen.map((one) => checkAt(parseListen(one), path, perhapsTls)));
    return ok("server", `the server (pid ${pid}) is ready on ${listen.join(", ")}`);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return failed("server", error.message, `look into the log of the server (pid ${pid})`);
  }
}
