import { constants, copyFileSync } from "node:fs";
import type { Command } from "commander";
import { loadConfig } from "../config/load.ts";
import { dropStagedData, stageData, swapData } from "../server/data-swap.ts";
import { databasePath } from "../server/instance.ts";
import { prepareRestored } from "../store/sqlite/any-version.ts";
import { type Difference, differenceSince, schemaVersionIn } from "../store/sqlite/inspect.ts";
import { migrations } from "../store/sqlite/migrations.ts";
import { checkPlace } from "../store/sqlite/place.ts";
import { requireRoom } from "../store/sqlite/room.ts";
import { type Snapshot, snapshotsBeside } from "../store/sqlite/snapshots.ts";
import { fileTime, isoTime, systemClock } from "../time.ts";
import { enterDataDirectory } from "./data-directory.ts";
import { Failed } from "./outcome.ts";
import { print, printJson } from "./printing.ts";
import { whileStopped } from "./stopped-data.ts";

interface Options {
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function rollbackCommand(program: Command): void {
  program
    .command("rollback")
    .description("go back to the database as it was before an upgrade, with the server stopped")
    .option("--yes", "do it without asking")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nEach upgrade that changes the database keeps it as it was, beside it. Install the version to go back to, then run\nthis with it. What was made since the upgrade is moved aside, within the data directory.\n\nExamples:\n  $ postern rollback\n  $ POSTERN_DATA_DIR=/var/lib/postern postern rollback --yes",
    )
    .action(async ({ yes = false, json = false }: Options) => {
      const { dataDir, databaseJournal } = loadConfig(process.env);
      enterDataDirectory(dataDir);
      checkPlace(dataDir, databaseJournal);
      const { takenAt, aside } = await whileStopped(dataDir, async () => rollback(dataDir, yes));
      if (json) return printJson({ snapshot_of: isoTime(takenAt), moved_aside: aside ?? null });
      print(`The database is again as it was at ${isoTime(takenAt)}.`);
      if (aside !== undefined) print(`What it was until now is in ${aside}; delete it when it is not needed any more.`);
    });
}

async function rollback(dataDir: string, yes: boolean) {
  const database = databasePath(dataDir);
  const snapshot = usableSnapshot(database);
  const { takenAt } = snapshot;
  process.stderr.write(`${warning(snapshot, difference(database, snapshot))}\n`);
  if (!yes && !(await isConfirmed())) throw new Failed("nothing was changed");
  requireRoom(dataDir, snapshot.bytes);
  try {
    const staged = stageData(dataDir);
    // The snapshot stays, for whoever wants to do it again.
    copyFileSync(snapshot.path, staged.database, constants.COPYFILE_FICLONE);
    const at = systemClock.now();
    const event = { at, name: "database.restored", detail: { snapshot_of: isoTime(takenAt) } } as const;
    prepareRestored(staged.database, { event, endGrants: false });
    return { takenAt, aside: swapData(dataDir, `before-rollback-${fileTime(at)}`) };
  } finally {
    dropStagedData(dataDir);
  }
}

/** The newest that this version can work on, and that is older than the database. */
function usableSnapshot(database: string): Snapshot {
  const present = schemaVersionIn(database);
  const all = snapshotsBeside(database).filter(({ schemaVersion }) => schemaVersion < present);
  const usable = all
    .filter(({ schemaVersion }) => schemaVersion <= migrations.length)
    .sort((a, b) => b.schemaVersion - a.schemaVersion || b.takenAt - a.takenAt);
  const [newest] = usable;
  if (newest !== undefined) return newest;
  throw new Failed(
    all.length === 0
      ? "there is no snapshot from before an upgrade: a backup may help (postern restore)"
      : "every snapshot from before an upgrade is of a newer version than this one",
  );
}

function warning({ takenAt }: Snapshot, counted: Difference | undefined): string {
  const counts = ({ made, deleted }: Difference) => [
    `  made since then, and lost: people ${made.people}, clients ${made.clients}, grants ${made.grants}, audit events ${made.events}`,
    `  deleted since then, and back again: people ${deleted.people}, clients ${deleted.clients}`,
  ];
  return [
    `This goes back to ${isoTime(takenAt)}, before the upgrade.`,
    ...(counted === undefined
      ? ["  everything that was made since then is lost; this version cannot count it"]
      : counts(counted)),
    "  undone as well: passwords, factors, settings of clients and revocations since then",
  ].join("\n");
}

/** A newer version may have put things elsewhere: that it cannot be counted must not keep anybody from going back. */
function difference(database: string, snapshot: Snapshot): Difference | undefined {
  try {
    return differenceSince(database, snapshot.path);
  } catch {
    return undefined;
  }
}

async function isConfirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Failed("there is no terminal to ask on: --yes says that it is meant");
  process.stderr.write("Type yes to go on: ");
  for await (const line of console) return line.trim() === "yes";
  return false;
}
