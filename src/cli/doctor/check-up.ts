import { parseListen } from "../../config/address.ts";
import { ConfigError } from "../../config/fault.ts";
import { type Config, loadConfig } from "../../config/load.ts";
import { DataDirectoryFault, type Instance, knownInstanceSecret, recordedInstance } from "../../server/instance.ts";
import { isDirectoryLocked } from "../../store/sqlite/directory-lock.ts";
import { fromDateText, type Instant, systemClock } from "../../time.ts";
import { checkAt } from "../ask-server.ts";
import { enterDataDirectory } from "../data-directory.ts";
import { sentenceOf } from "../failure.ts";
import { configHere } from "../open-data.ts";
import { Failed } from "../outcome.ts";
import { checkBackups } from "./backups.ts";
import { checkFiles, checkShown } from "./certificates.ts";
import { checkAdministrators, checkDatabase, checkKeys, checkSecret } from "./database.ts";
import { type CheckName, type Finding, failed, ok, warning } from "./finding.ts";
import { checkIssuer } from "./issuer.ts";
import { checkClock, checkMemory } from "./machine.ts";
import { checkDisk, checkPermissions } from "./place.ts";
import type { Reached } from "./probe.ts";
import { checkProxy } from "./proxy.ts";

/**
 * Looks over everything that can be seen from here, whether or not a server runs. It reads alone, and each question to the
 * network has a deadline. What cannot be told (of a directory that is not there, say) has no finding.
 */
export async function checkUp(): Promise<readonly Finding[]> {
  const clock = systemClock;
  const config = configuration();
  if (!("issuer" in config))
    return [...config.findings, checkMemory(undefined), checkClock(clock.now(), undefined, undefined)];

  const entered = enter(config.dataDir);
  const isThere = entered.status === "ok";
  const instance = isThere ? recordedInstance(config.dataDir) : undefined;
  const isRunning = isThere && isDirectoryLocked(config.dataDir);
  const pid = isRunning ? instance?.pid : undefined;
  const secret = isThere ? knownInstanceSecret(config) : undefined;

  const findings: Finding[] = [ok("configuration", "the settings are sound"), ...doubts(config), entered];
  const add = async (check: CheckName, look: () => Promise<readonly Finding[]> | readonly Finding[]): Promise<void> => {
    findings.push(...(await guarded(check, look)));
  };
  let reached: Reached | undefined;
  let isOurs = false;
  // What does not answer is waited for only once.
  const asked = await Promise.all([
    isThere ? guarded("server", () => checkServer(config, instance, isRunning)) : [],
    guarded("issuer", async () => {
      const outcome = await checkIssuer(config, isRunning);
      ({ reached, isOurs } = outcome);
      return outcome.findings;
    }),
  ]);
  findings.push(...asked.flat());
  if (isRunning && isOurs) await add("https", () => checkProxy(config, secret));
  const shown = reached?.certificate;
  if (shown !== undefined) await add("certificate", () => [checkShown(config.issuer, shown, clock.now())]);
  await add("certificate-files", () => checkFiles(config, shown, clock.now()));

  let lastCommit: Instant | undefined;
  if (isThere) {
    await add("disk-space", () => checkDisk(config));
    await add("permissions", () => checkPermissions(config.dataDir));
    await add("database", () => {
      const { findings: found, content } = checkDatabase(config, clock);
      if (content === undefined) return found;
      lastCommit = content.lastCommit;
      return [
        ...found,
        checkSecret(config, secret, content.keys),
        checkKeys(config, content.keys, clock.now()),
        checkAdministrators(config, content.administrators),
        checkBackups(config, { secret, events: content.backup, now: clock.now() }),
      ];
    });
  }
  const elsewhere = fromDateText(reached?.headers.get("date") ?? "");
  await add("clock", () => [checkClock(clock.now(), lastCommit, elsewhere)]);
  await add("memory", () => [checkMemory(pid)]);
  return findings;
}

/** A check that fails itself is a finding, and no end of the others. */
async function guarded(
  check: CheckName,
  look: () => Promise<readonly Finding[]> | readonly Finding[],
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [failed(check, `this could not be looked at: ${sentenceOf(error)}`, "mend that, and ask again")];
  }
}

/** The configuration, or what is wrong with it. */
function configuration(): Config | { readonly findings: readonly Finding[] } {
  try {
    // Once as it is: what a running server has recorded does not mend a fault.
    loadConfig(process.env);
    return configHere();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      findings: error.faults.map(({ name, problem, remedy }) => failed("configuration", `${name} ${problem}`, remedy)),
    };
  }
}

/** What the server says at its start, too. Its first line is the sentence; the others tell what to do. */
const doubts = ({ warnings }: Config): readonly Finding[] =>
  warnings.map((text) => {
    const [message = text, ...lines] = text.split("\n");
    return warning(
      "configuration",
      message,
      lines.map((line) => line.trim()).join("; ") || "change the setting, if it was not meant",
    );
  });

function enter(dataDir: string): Finding {
  try {
    enterDataDirectory(dataDir);
    return ok("data-directory", `${dataDir} is there, and can be read`);
  } catch (error) {
    if (!(error instanceof DataDirectoryFault)) throw error;
    const [message = error.message, ...remedy] = error.message.split(/(?:: |; )/);
    return failed("data-directory", message, remedy.join(": ") || "set POSTERN_DATA_DIR, or mend the directory");
  }
}

async function checkServer(
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
