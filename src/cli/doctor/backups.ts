import { accessSync, constants, readdirSync } from "node:fs";
import { durationText } from "../../config/duration.ts";
import type { Config } from "../../config/load.ts";
import { isBackupName, knownBackupNames } from "../../server/backup-names.ts";
import type { Content } from "../../store/sqlite/examine.ts";
import { after, days, type Instant, isoTime } from "../../time.ts";
import { type Finding, failed, ok, warning } from "./finding.ts";

interface Known {
  readonly events: Content["backup"];
  readonly now: Instant;
}

/** So long somebody who makes backups by hand, or by cron, is believed to have one. */
const recent = days(30);

/** Whether there is a backup that is not too old: of the server itself, or of `postern backup`. */
export function checkBackups(
  { backups, dataDir }: Pick<Config, "backups" | "dataDir">,
  { events, now }: Known,
): Finding {
  const { made, failed: lastFailure } = events;
  if (lastFailure !== undefined && lastFailure > (made ?? 0))
    return failed(
      "backups",
      `the last backup, of ${isoTime(lastFailure)}, failed`,
      "postern event list tells why; mend it, or make one with postern backup",
    );
  if (backups === undefined) {
    if (made !== undefined && after(made, recent) > now)
      return ok("backups", `the last backup was made at ${isoTime(made)}`);
    return warning(
      "backups",
      made === undefined ? "nobody has made a backup" : `the last backup was made at ${isoTime(made)}, long ago`,
      "set POSTERN_BACKUP_DIR to a folder on another disk, or let cron run postern backup",
    );
  }
  const { folder, every } = backups;
  const names = namesIn(folder);
  if (names === undefined)
    return failed(
      "backups",
      `the folder ${folder} cannot be written to`,
      "mount it, or give it to the user of the server",
    );
  const own = knownBackupNames(dataDir)?.among(names) ?? [];
  const newest = own.findLast(({ at }) => at <= now)?.at;
  if (newest === undefined)
    return warning("backups", `there is no backup in ${folder} yet`, "the server makes one soon after its start");
  const others = names.filter(isBackupName).length - own.length;
  const leftAlone = others === 0 ? "" : `; ${others} of other installations, which it leaves alone, are there too`;
  const told = `the newest backup in ${folder} was made at ${isoTime(newest)}${leftAlone}`;
  if (now > after(after(newest, every), every))
    return failed(
      "backups",
      `${told}, though one is due every ${durationText(every)}`,
      "let the server run, and look into its log",
    );
  return ok("backups", told);
}

/** The files of a folder that can be written to. */
function namesIn(folder: string): readonly string[] | undefined {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}
