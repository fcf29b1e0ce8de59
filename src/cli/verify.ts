import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { loadConfig } from "../config/load.ts";
import { requireRoom } from "../store/sqlite/room.ts";
import { isoTime } from "../time.ts";
import { chosenPassphrase, type PassphraseOption, passphraseOption } from "./backup-passphrase.ts";
import { interruptible } from "./interruption.ts";
import { Failed } from "./outcome.ts";
import { listing, print, printJson } from "./printing.ts";
import { openFile, type Unpacked, unpack } from "./unpacked.ts";

interface Options extends PassphraseOption {
  readonly json?: boolean;
}

export function verifyCommand(program: Command): void {
  program
    .command("verify <file>")
    .description("check that a backup is whole, and tell what is in it")
    .option(...passphraseOption)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nIt needs no data directory, and room for the database in TMPDIR or /var/tmp. The exit code is 0 for a backup that can\nbe restored with this version.\n\nExamples:\n  $ postern verify /mnt/usb/postern.backup\n  $ pass show postern | postern verify --passphrase-stdin /mnt/usb/postern.backup --json",
    )
    .action(async (file: string, { json = false, ...options }: Options) => {
      const record = recordOf(file, await verified(resolve(file), options));
      if (json) printJson(record);
      else print(`${listing(record)}\nThe backup is whole.`);
    });
}

async function verified(file: string, options: PassphraseOption): Promise<Unpacked> {
  const passphrase = await chosenPassphrase(options, loadConfig(process.env));
  const handle = await openFile(file);
  // What is unpacked is as secret as the data directory.
  process.umask(0o077);
  const folder = newFolder(roomyFolder());
  try {
    return await interruptible((signal) =>
      unpack({
        file,
        handle,
        passphrase,
        signal,
        place: ({ databaseBytes }) => {
          requireRoom(folder, databaseBytes);
          return join(folder, "postern.db");
        },
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await handle.close();
  }
}

function newFolder(parent: string): string {
  try {
    return mkdtempSync(join(parent, "postern-verify-"));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new Failed(`nothing can be unpacked in ${parent}${code}: set TMPDIR to a folder with room`, { cause: error });
  }
}

/** `/tmp` is often in memory; `/var/tmp` is for what is large (Filesystem Hierarchy Standard §5.15). */
function roomyFolder(): string {
  if (process.env.TMPDIR) return process.env.TMPDIR;
  try {
    accessSync("/var/tmp", constants.W_OK);
    return "/var/tmp";
  } catch {
    return tmpdir();
  }
}

const recordOf = (file: string, { head, contents, inspection }: Unpacked) => ({
  file,
  created_at: isoTime(head.createdAt),
  made_by: `postern ${head.madeBy}`,
  encrypted: head.encryption !== undefined,
  issuer: contents.issuer,
  schema_version: inspection.schemaVersion,
  database_bytes: contents.databaseBytes,
  people: inspection.people,
  clients: inspection.clients,
  grants: inspection.grants,
});
