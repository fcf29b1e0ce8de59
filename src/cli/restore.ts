import { existsSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { type Config, loadConfig } from "../config/load.ts";
import { isSameMac } from "../crypto/hash.ts";
import { deriveKey } from "../crypto/seal.ts";
import { dropStagedData, stageData, swapData } from "../server/data-swap.ts";
import { databasePath, makeDataDirectory, secretPath } from "../server/instance.ts";
import { prepareRestored } from "../store/sqlite/any-version.ts";
import { requireRoom } from "../store/sqlite/room.ts";
import { fileTime, isoTime, systemClock } from "../time.ts";
import { chosenPassphrase, type PassphraseOption, passphraseOption } from "./backup-passphrase.ts";
import { becomeOwner } from "./data-directory.ts";
import { interruptible } from "./interruption.ts";
import { Failed } from "./outcome.ts";
import { print, printJson } from "./printing.ts";
import { whileStopped } from "./stopped-data.ts";
import { openFile, unpack } from "./unpacked.ts";

interface Options extends PassphraseOption {
  readonly force?: boolean;
  readonly endGrants?: boolean;
  readonly json?: boolean;
}

export function restoreCommand(program: Command): void {
  program
    .command("restore <file>")
    .description("put a backup back, with the server stopped")
    .option(...passphraseOption)
    .option("--force", "also where there is a database: it is moved aside first, within the data directory")
    .option("--end-grants", "end every grant: all apps and devices have to ask again")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nThe backup is checked as postern verify does, before anything is changed. A directory that is not there is made. A\nbackup of an older version is brought up to date when the server starts.\n\nExamples:\n  $ postern restore /mnt/usb/postern.backup\n  $ POSTERN_DATA_DIR=/var/lib/postern postern restore /mnt/usb/postern.backup --force",
    )
    .action(async (file: string, { json = false, ...options }: Options) => {
      const { createdAt, aside, dataDir } = await restore(resolve(file), options);
      if (json) return printJson({ data_dir: dataDir, created_at: isoTime(createdAt), moved_aside: aside ?? null });
      print(`Restored the backup of ${isoTime(createdAt)} into ${dataDir}.`);
      if (aside !== undefined) print(`What was there before is in ${aside}; delete it when it is not needed any more.`);
    });
}

async function restore(file: string, options: Options) {
  const config = loadConfig(process.env);
  const { dataDir } = config;
  const passphrase = await chosenPassphrase(options, config);
  // Before this process becomes the owner of the directory, who may not read what root may.
  const handle = await openFile(file);
  const isNew = !existsSync(dataDir);
  try {
    makeDataDirectory(dataDir);
    becomeOwner(dataDir);
    return await whileStopped(dataDir, () =>
      interruptible((signal) => restoreInto(config, { ...options, file, handle, passphrase, signal })),
    );
  } catch (error) {
    if (isNew) removeIfEmpty(dataDir);
    throw error;
  } finally {
    await handle.close();
  }
}

interface Restoring extends Options {
  readonly file: string;
  readonly handle: FileHandle;
  readonly passphrase: string | undefined;
  readonly signal: AbortSignal;
}

async function restoreInto(config: Config, { force = false, endGrants = false, ...restoring }: Restoring) {
  const { dataDir } = config;
  if (!force && (existsSync(databasePath(dataDir)) || existsSync(secretPath(dataDir))))
    throw new Failed(`there is a database in ${dataDir}: --force moves it aside and restores`);
  try {
    const staged = stageData(dataDir);
    const { head, contents } = await unpack({
      ...restoring,
      place: ({ instanceSecret, databaseBytes }) => {
        requireSameSecret(config, instanceSecret);
        requireRoom(dataDir, databaseBytes);
        return staged.database;
      },
    });
    const at = systemClock.now();
    const { createdAt } = head;
    const detail = { backup_of: isoTime(createdAt), grants_ended: endGrants };
    prepareRestored(staged.database, { event: { at, name: "database.restored", detail }, endGrants });
    // Who keeps the secret apart from the data does not want it there.
    if (config.secret === undefined)
      writeFileSync(staged.secret, `${contents.instanceSecret}\n`, { mode: 0o600, flag: "wx", flush: true });
    restoring.signal.throwIfAborted();
    return { createdAt, dataDir, aside: swapData(dataDir, `before-restore-${fileTime(at)}`) };
  } finally {
    dropStagedData(dataDir);
  }
}

function requireSameSecret({ secret }: Config, instanceSecret: string): void {
  if (secret === undefined || isSameMac(derived(secret.reveal()), derived(instanceSecret))) return;
  throw new Failed(
    "POSTERN_SECRET is not the secret of this backup, whose keys it would not open: unset it here and for the server (the backup brings its own), or set it to what it was",
  );
}

/** For a comparison whose time tells nothing. */
const derived = (secret: string) => deriveKey(secret, "comparison");

/** A directory that was made for nothing. */
function removeIfEmpty(dataDir: string): void {
  if (readdirSync(dataDir).some((name) => name !== "lock")) return;
  rmSync(join(dataDir, "lock"), { force: true });
  rmdirSync(dataDir);
}
