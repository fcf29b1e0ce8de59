import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { signature } from "../backup/format.ts";
import { writeBackup } from "../backup/write.ts";
import { SettingFault } from "../config/fault.ts";
import { parsePassphrase } from "../config/plain-values.ts";
import { opensKeys, WrongInstanceSecret } from "../crypto/key-ring.ts";
import { systemRandom } from "../crypto/random.ts";
import type { AuditEvent } from "../model/event.ts";
import { databasePath, instanceSecret } from "../server/instance.ts";
import { recordCommand } from "../store/sqlite/any-version.ts";
import { copyPath, withCopy } from "../store/sqlite/copies.ts";
import { sealedKeys } from "../store/sqlite/inspect.ts";
import { checkPlace } from "../store/sqlite/place.ts";
import { isoTime, systemClock } from "../time.ts";
import { chosenPassphrase, type PassphraseOption, passphraseOption } from "./backup-passphrase.ts";
import { enterDataDirectory } from "./data-directory.ts";
import { sentenceOf } from "./failure.ts";
import { interruptible } from "./interruption.ts";
import { configHere } from "./open-data.ts";
import { Failed, WrongUsage } from "./outcome.ts";
import { complain, print, printJson } from "./printing.ts";
import { progress, sizeText } from "./progress.ts";

interface Options extends PassphraseOption {
  readonly force?: boolean;
  readonly json?: boolean;
}

export function backupCommand(program: Command): void {
  program
    .command("backup <file>")
    .description("write everything into one file, whether the server runs or not")
    .option(...passphraseOption)
    .option("--force", "replace a backup that is there")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nThe file holds the database with its keys, and the secret of this instance. With a passphrase, from standard input\nor POSTERN_BACKUP_PASSPHRASE, it is encrypted. postern verify checks it, postern restore puts it back.\n\nExamples:\n  $ postern backup /mnt/usb/postern.backup\n  $ pass show postern | postern backup --passphrase-stdin /mnt/usb/postern.backup",
    )
    .action(async (file: string, options: Options) => {
      if (file === "-") throw new WrongUsage("a backup is written into a file, not to standard output: name one");
      await backup(resolve(file), options);
    });
}

async function backup(file: string, options: Options): Promise<void> {
  const { force = false, json = false } = options;
  const config = configHere();
  const passphrase = await chosenPassphrase(options, config);
  if (passphrase !== undefined) requireGoodPassphrase(passphrase);
  enterDataDirectory(config.dataDir);
  checkPlace(config.dataDir, config.databaseJournal);
  requireFreeName(file, force);
  requireWritable(dirname(file));
  const database = databasePath(config.dataDir);
  const random = systemRandom();
  const secret = instanceSecret(config, random);
  if (!opensKeys(secret, sealedKeys(database))) throw new WrongInstanceSecret();
  const line = progress();
  const watch = setInterval(() => line.show("copying", sizeOf(copyPath(database)), sizeOf(database)), 250);
  try {
    const written = await interruptible((signal) =>
      writeBackup(
        {
          withCopy: (use) => withCopy(database, use, signal),
          clock: systemClock,
          random,
          instanceSecret: secret,
          issuer: config.issuer,
        },
        {
          file,
          passphrase,
          mayReplace: () => force || !existsSync(file),
          onProgress: (done, all) => {
            clearInterval(watch);
            line.show("writing", done, all);
          },
          signal,
        },
      ).catch((error: unknown) => {
        if (codeOf(error) !== "ENOSPC") throw error;
        throw new Failed(`the disk of ${dirname(file)} is full`, { cause: error });
      }),
    );
    if (written === undefined) throw alreadyThere(file);
    line.clear();
    const { createdAt, bytes } = written;
    recordBackup(database, { file, bytes, encrypted: passphrase !== undefined });
    const openness = passphrase === undefined ? "not encrypted: whoever has the file has everything" : "encrypted";
    if (json) printJson({ file, created_at: isoTime(createdAt), bytes, encrypted: passphrase !== undefined });
    else print(`Wrote ${file} (${sizeText(bytes)}), ${openness}.`);
    if (json && passphrase === undefined) complain(`${file} is ${openness}`);
  } finally {
    clearInterval(watch);
    line.clear();
  }
}

function requireGoodPassphrase(passphrase: string): void {
  try {
    parsePassphrase(passphrase);
  } catch (error) {
    if (error instanceof SettingFault)
      throw new WrongUsage(`the passphrase ${error.problem}: ${error.remedy}`, { cause: error });
    throw error;
  }
}

/** Nothing but a backup is ever replaced: a slip of the hand must not cost the database. */
function requireFreeName(file: string, force: boolean): void {
  if (!existsSync(dirname(file))) throw new Failed(`there is no directory ${dirname(file)}`);
  if (!existsSync(file)) return;
  if (statSync(file).isDirectory()) throw new Failed(`${file} is a directory: name a file in it`);
  if (!force) throw alreadyThere(file);
  if (!isBackup(file)) throw new Failed(`${file} is no backup of postern, and is not replaced`);
}

/** Asked before the database is copied, and as the user whom this process is by now. */
function requireWritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EROFS") throw new Failed(`${folder} is on a read-only file system`, { cause: error });
    const who = "the user that the data directory belongs to, as whom this command works";
    throw new Failed(`${who}, cannot write to ${folder} (${code})`, { cause: error });
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

const alreadyThere = (file: string) => new Failed(`there is a file ${file} already: --force replaces a backup`);

function isBackup(path: string): boolean {
  if (!statSync(path).isFile()) return false;
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(signature.length);
    return readSync(file, start) === start.length && start.toString("latin1") === signature;
  } finally {
    closeSync(file);
  }
}

/** The backup counts, even where a full disk cannot hold the event. */
function recordBackup(database: string, detail: NonNullable<AuditEvent["detail"]>): void {
  try {
    recordCommand(database, { at: systemClock.now(), name: "backup.created", detail });
  } catch (error) {
    complain(`warning: the audit log does not tell of it: ${sentenceOf(error)}`);
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
