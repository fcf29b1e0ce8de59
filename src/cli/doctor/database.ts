import { statSync } from "node:fs";
import { usualKeyAge } from "../../administration/statistics.ts";
import { durationText } from "../../config/duration.ts";
import type { Config } from "../../config/load.ts";
import { opensKeys } from "../../crypto/key-ring.ts";
import { keyInUse, keyKinds } from "../../crypto/key-schedule.ts";
import { hasSecondFactor } from "../../identity/factors.ts";
import type { StoredKey } from "../../model/key.ts";
import { databasePath, secretPath } from "../../server/instance.ts";
import { type Content, type Examined, examineDatabase } from "../../store/sqlite/examine.ts";
import { type Clock, days, type Instant, seconds } from "../../time.ts";
import { type Finding, failed, ok, warning } from "./finding.ts";
import { ageInDays } from "./machine.ts";
import { inWords } from "./place.ts";

/** Of a large database the rest is left out. */
const longestLook = seconds(10);

const restore = "stop the server, keep a copy of the directory as it is, and restore a backup";

export interface DatabaseCheck {
  readonly findings: readonly Finding[];
  readonly content: Content | undefined;
}

/** Whether the database is whole, of this version, and kept as the settings say. */
export function checkDatabase(config: Pick<Config, "dataDir" | "databaseJournal">, clock: Clock): DatabaseCheck {
  const path = databasePath(config.dataDir);
  let examined: Examined;
  try {
    examined = examineDatabase(path, { clock, within: longestLook });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown fault";
    return { findings: [failed("database", `the database cannot be read (${code})`, restore)], content: undefined };
  }
  return {
    findings: [judge(examined, statSync(path).size), ...judgeJournal(config, examined)],
    content: examined.content,
  };
}

function judge({ faults, unchecked, schema }: Examined, bytes: number): Finding {
  const [first] = faults;
  if (first !== undefined)
    return failed("database", `the database is damaged, in ${faults.length} places or more: ${first}`, restore);
  if (schema === "empty")
    return failed("database", "the database is empty", "start postern serve once, or restore a backup");
  if (schema === "newer")
    return failed(
      "database",
      "the database was written by a newer version of postern",
      "use that version, or restore a backup that this one made",
    );
  if (schema === "older")
    return warning(
      "database",
      "the database is of an older version, and will be migrated at the next start",
      "make a copy of the data directory first",
    );
  if (unchecked.length > 0)
    return warning(
      "database",
      `the database is sound as far as it was read; it is large, and there was no time for ${unchecked.join(", ")}`,
      "ask again when the machine has less to do",
    );
  return ok("database", `the database is whole, of this version, and has ${inWords(bytes)}`);
}

function judgeJournal({ databaseJournal }: Pick<Config, "databaseJournal">, { journal }: Examined): readonly Finding[] {
  if (journal === databaseJournal) return [];
  return [
    warning(
      "database",
      `the database keeps another journal (${journal}) than POSTERN_DB_JOURNAL says (${databaseJournal})`,
      "restart the server with this setting",
    ),
  ];
}

/** Whether the instance secret is the one that the keys are sealed with. */
export function checkSecret(
  { dataDir, secretPrevious }: Pick<Config, "dataDir" | "secretPrevious">,
  secret: string | undefined,
  keys: readonly StoredKey[],
): Finding {
  if (secret === undefined)
    return failed(
      "instance-secret",
      `there is neither POSTERN_SECRET here nor the file ${secretPath(dataDir)}`,
      "ask with the environment of the server; if it has none either, put the file back from a backup",
    );
  if (opensKeys(secret, keys)) return ok("instance-secret", `the instance secret opens the ${keys.length} keys`);
  if (secretPrevious !== undefined && opensKeys(secretPrevious.reveal(), keys))
    return warning(
      "instance-secret",
      "the keys are still sealed under the previous secret",
      "restart the server with POSTERN_SECRET and POSTERN_SECRET_PREVIOUS as they are here",
    );
  return failed(
    "instance-secret",
    "the instance secret does not open the keys in the database",
    `set the POSTERN_SECRET that they were made with, or put its file back as ${secretPath(dataDir)}`,
  );
}

/** Whether there is a key of each kind, and none of them has been in use for too long. */
export function checkKeys(
  { keyRotation }: Pick<Config, "keyRotation">,
  keys: readonly StoredKey[],
  now: Instant,
): Finding {
  const inUse = keyKinds.flatMap((kind) => keyInUse(keys, kind, now) ?? []);
  if (inUse.length < keyKinds.length)
    return warning("keys", "keys are missing, which the next start makes", "start the server");
  const oldest = inUse.reduce((one, other) => (other.createdAt < one.createdAt ? other : one));
  const age = ageInDays(oldest.createdAt, now);
  const told = `the oldest key in use was made ${age < 1 ? "today" : `${age} days ago`}`;
  if (age > usualKeyAge(keyRotation) / days(1)) return warning("keys", told, "postern key rotate");
  const next = keyRotation === undefined ? "" : `, and keys are rotated every ${durationText(keyRotation)}`;
  return ok("keys", told + next);
}

const mostNamed = 20;

/** Whether somebody administers the server, with more than a password. */
export function checkAdministrators(
  config: Parameters<typeof hasSecondFactor>[0]["config"],
  administrators: Content["administrators"],
): Finding {
  const enabled = administrators.filter(({ user }) => user.disabledAt === undefined);
  if (enabled.length === 0) return warning("administrators", "nobody administers the server", "postern setup-link");
  const unguarded = enabled.filter(({ factors }) => !hasSecondFactor({ config }, factors));
  if (unguarded.length === 0) return ok("administrators", "every administrator has a second factor");
  const names = unguarded.slice(0, mostNamed).map(({ user }) => user.username);
  return warning(
    "administrators",
    `a password alone is enough for: ${names.join(", ")}`,
    "let them add a passkey or an authenticator app at /account, and set POSTERN_MFA=admins",
  );
}
