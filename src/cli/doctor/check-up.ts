import type { Config } from "../../config/load.ts";
import { secretFiles } from "../../config/source.ts";
import { type Instance, knownInstanceSecret, recordedInstance } from "../../server/instance.ts";
import { isDirectoryLocked } from "../../store/sqlite/directory-lock.ts";
import type { Content } from "../../store/sqlite/examine.ts";
import { type Clock, fromDateText, type Instant, systemClock } from "../../time.ts";
import { sentenceOf } from "../failure.ts";
import { checkBackups } from "./backups.ts";
import { checkFiles, checkShown } from "./certificates.ts";
import { checkAdministrators, checkDatabase, checkKeys, checkSecret } from "./database.ts";
import { type CheckName, type Finding, failed } from "./finding.ts";
import { checkIssuer } from "./issuer.ts";
import { checkClock, checkMemory, checkWorkers } from "./machine.ts";
import { checkDisk, checkPermissions, checkSecretFiles } from "./place.ts";
import { checkProxy } from "./proxy.ts";
import { checkServer } from "./server.ts";
import { checkConfiguration, enterDirectory } from "./settings.ts";
import { checkVerifier } from "./verifier.ts";

/**
 * Looks over everything that can be seen from here, whether or not a server runs. It only reads, and each question to the
 * network has a deadline. What cannot be told (of a directory that is not there, say) has no finding.
 */
export async function checkUp(): Promise<readonly Finding[]> {
  const clock = systemClock;
  const { findings, config } = checkConfiguration();
  if (config === undefined) return [...findings, checkClock(clock.now(), undefined, undefined), checkMemory(undefined)];
  // Before this process becomes the owner of the directory, who may not see them.
  const secretFilesFound = checkSecretFiles(secretFiles(process.env));
  const entered = enterDirectory(config.dataDir);
  const data = entered.status === "ok" ? await lookAtData(config, clock) : undefined;
  const network = await lookAtNetwork(config, clock, data);
  return [
    ...findings,
    entered,
    ...network.findings,
    ...(data?.findings ?? []),
    ...secretFilesFound,
    ...(await guarded("verifier", () => checkVerifier(config))),
    checkClock(clock.now(), data?.lastCommit, network.date),
    checkMemory(data?.isRunning ? data.instance?.pid : undefined, config.workers),
    checkWorkers(config.workers),
  ];
}

interface Data {
  readonly findings: readonly Finding[];
  readonly instance: Instance | undefined;
  readonly isRunning: boolean;
  readonly secret: string | undefined;
  readonly lastCommit: Instant | undefined;
}

async function lookAtData(config: Config, clock: Clock): Promise<Data> {
  const { dataDir } = config;
  let isRunning = false;
  let secret: string | undefined;
  let content: Content | undefined;
  const disk = await guarded("disk-space", () => checkDisk(config));
  // On some disks that are full, or shared, to open the database would do harm.
  const mayOpen = disk.every(({ status }) => status !== "failed");
  const findings = [
    ...disk,
    ...(await guarded("permissions", () => checkPermissions(dataDir))),
    ...(await guarded("server", () => {
      isRunning = isDirectoryLocked(dataDir);
      return [];
    })),
    ...(await guarded("database", () => {
      if (!mayOpen) return [];
      const outcome = checkDatabase(config, clock);
      content = outcome.content;
      return outcome.findings;
    })),
    ...(await guarded("instance-secret", () => {
      secret = knownInstanceSecret(config);
      return content === undefined ? [] : [checkSecret(config, secret, content.keys)];
    })),
    ...(content === undefined ? [] : contentFindings(config, content, clock.now())),
  ];
  return { findings, instance: recordedInstance(dataDir), isRunning, secret, lastCommit: content?.lastCommit };
}

const contentFindings = (config: Config, content: Content, now: Instant) => [
  checkKeys(config, content.keys, now),
  checkAdministrators(config, content.administrators),
  checkBackups(config, { events: content.backup, now }),
];

interface Network {
  readonly findings: readonly Finding[];
  /** The time of what answers for the issuer. */
  readonly date: Instant | undefined;
}

async function lookAtNetwork(config: Config, clock: Clock, data: Data | undefined): Promise<Network> {
  const isRunning = data?.isRunning ?? false;
  // What does not answer is waited for only once.
  const [server, issuer] = await Promise.all([
    data === undefined ? [] : guarded("server", () => checkServer(config, data.instance, isRunning)),
    checkIssuer(config, isRunning),
  ]);
  const { reached, isOurs } = issuer;
  const shown = reached?.certificate;
  const findings = [
    ...server,
    ...issuer.findings,
    ...(isRunning && isOurs ? await guarded("https", () => checkProxy(config, data?.secret)) : []),
    ...(shown === undefined ? [] : [checkShown(config.issuer, shown, clock.now())]),
    ...(await guarded("certificate-files", () => checkFiles(config, shown, clock.now()))),
  ];
  return { findings, date: fromDateText(reached?.headers.get("date") ?? "") };
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
