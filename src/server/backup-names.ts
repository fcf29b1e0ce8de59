import { readFileSync, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { syncFolder } from "../backup/files.ts";
import { unfinished } from "../backup/write.ts";
import type { Context } from "../context.ts";
import type { EventVerbs } from "../store/records.ts";
import { fileTime, fromFileTime, type Instant } from "../time.ts";

// Several installations may keep their backups in one folder, and each deletes its own old ones alone: they are known by a
// mark in their names. The mark is a random one in a file of the data directory. It is in no backup and no database, so
// that one restored or copied to another box, which has the same secret and the same past, has a mark of its own there.

/** What the files of an installation are called in the folder of backups. */
export interface BackupNames {
  nameAt(at: Instant): string;
  /** Its own, the oldest first. */
  among(names: readonly string[]): readonly { readonly name: string; readonly at: Instant }[];
  /** What a server that was killed left behind. */
  leftIn(names: readonly string[]): readonly string[];
}

const markPath = (dataDir: string) => join(dataDir, "backup-mark");
const newMark = /^[0-9a-f]{16}$/;
/** Until these were kept in a file, they were made of the instance secret, and changed with it. */
const formerMark = /^postern-([0-9a-f]{8})-\d{8}T\d{6}Z\.backup$/;
const anyName = /^postern-(?:[0-9a-f]{8}|[0-9a-f]{16})-\d{8}T\d{6}Z\.backup$/;

/** Whether a scheduled backup of any installation is called so. */
export const isBackupName = (name: string): boolean => anyName.test(name);

/** Those that the installation has already; undefined where it has never made a backup by itself. */
export function knownBackupNames(dataDir: string): BackupNames | undefined {
  const marks = readMarks(dataDir);
  return Array.isArray(marks) ? namesWith(marks) : undefined;
}

/** The same, made and kept where there are none. */
export async function backupNames(context: Pick<Context, "store" | "random" | "config">): Promise<BackupNames> {
  const { store, random, config } = context;
  const known = readMarks(config.dataDir);
  if (Array.isArray(known)) return namesWith(known);
  // What the marks of a copy belong to goes on elsewhere.
  const former = known === "another's" ? [] : await formerMarks(store.events);
  const marks = [Buffer.from(random.bytes(8)).toString("hex"), ...former];
  await keepMarks(config.dataDir, marks);
  return namesWith(marks);
}

/** The own mark comes first; after it those of files that it takes care of as well. */
type Marks = readonly string[];

function readMarks(dataDir: string): Marks | "another's" | undefined {
  const path = markPath(dataDir);
  let text: string;
  let place: string;
  try {
    text = readFileSync(path, "utf8");
    place = placeOf(statSync(path, { bigint: true }));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const [madeAt, ...marks] = text.trimEnd().split(" ");
  return madeAt === place && newMark.test(marks[0] ?? "") ? marks : "another's";
}

/**
 * The file says when its file system made it, which no program can give to a copy. Where the file system does not know,
 * its number there serves.
 */
const placeOf = ({ birthtimeNs, ino }: { readonly birthtimeNs: bigint; readonly ino: bigint }): string =>
  String(birthtimeNs > 0n ? birthtimeNs : ino);

async function keepMarks(dataDir: string, marks: Marks): Promise<void> {
  const path = markPath(dataDir);
  const part = `${path}.new`;
  await rm(part, { force: true });
  const file = await open(part, "wx", 0o600);
  try {
    await file.writeFile(`${[placeOf(await file.stat({ bigint: true })), ...marks].join(" ")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
  await syncFolder(dataDir);
}

/**
 * The marks of an earlier version, as the audit log names the files: those that this database has made where it is, so none
 * from before it was restored. Where it made files of a kept mark, and that is not there, it is a copy.
 */
async function formerMarks(events: Pick<EventVerbs, "page">): Promise<Marks> {
  const [restored] = await events.page({ name: "database.restored", limit: 1 });
  const made = (await events.page({ name: "backup.created", limit: 1000 }))
    .filter(({ id, actor }) => actor.kind === "system" && id > (restored?.id ?? 0))
    .map(({ detail }) => basename(String(detail?.file)));
  const former = made.map((name) => formerMark.exec(name)?.[1]);
  return former.includes(undefined) ? [] : [...new Set(former.filter((mark) => mark !== undefined))];
}

function namesWith(marks: Marks): BackupNames {
  const pattern = new RegExp(`^postern-(?:${marks.join("|")})-(\\d{8}T\\d{6}Z)\\.backup$`);
  const timeOf = (name: string) => fromFileTime(pattern.exec(name)?.[1] ?? "");
  return {
    nameAt: (at) => `postern-${marks[0]}-${fileTime(at)}.backup`,
    among: (names) =>
      names
        .flatMap((name) => {
          const at = timeOf(name);
          return at === undefined ? [] : [{ name, at }];
        })
        .sort((a, b) => a.at - b.at),
    leftIn: (names) =>
      names.filter((name) => {
        const whole = name.slice(0, -unfinished("").length);
        return name === unfinished(whole) && timeOf(whole) !== undefined;
      }),
  };
}
