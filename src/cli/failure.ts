import { DeclarationFault } from "../administration/declaration-fault.ts";
import { Refused } from "../administration/refused.ts";
import { ConfigError } from "../config/fault.ts";
import { WrongInstanceSecret } from "../crypto/key-ring.ts";
import { OAuthError } from "../oauth-error.ts";
import { AlreadyRunning, DataDirectoryFault } from "../server/instance.ts";
import { CertificateFault, ListenFault } from "../server/listen-fault.ts";
import { SchemaMismatch } from "../store/sqlite/database.ts";
import { UnusablePlace } from "../store/sqlite/place.ts";
import { NoRoom } from "../store/sqlite/room.ts";
import { StoreUnavailable } from "../store/store.ts";
import { Failed, WrongUsage } from "./outcome.ts";

const inPlainWords = [
  Failed,
  WrongUsage,
  Refused,
  DeclarationFault,
  ConfigError,
  DataDirectoryFault,
  ListenFault,
  SchemaMismatch,
  NoRoom,
  UnusablePlace,
  OAuthError,
];

/** What went wrong, for who typed the command. */
export function sentenceOf(error: unknown): string {
  if (inPlainWords.some((kind) => error instanceof kind) && error instanceof Error) return error.message;
  if (error instanceof WrongInstanceSecret) {
    return `${error.message}: set the POSTERN_SECRET that it was made with, put its file "secret" back into the data directory, or name the former secret in POSTERN_SECRET_PREVIOUS (or its file in POSTERN_SECRET_PREVIOUS_FILE)`;
  }
  if (!(error instanceof Error)) return "something unexpected failed";
  if (error instanceof StoreUnavailable && error.cause !== undefined) return sentenceOf(error.cause);
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  switch (code) {
    case "EACCES":
    case "EPERM":
      return `the system does not permit it: ${error.message}`;
    case "SQLITE_FULL":
    case "ENOSPC":
      return "the disk is full";
    case "SQLITE_CORRUPT":
    case "SQLITE_NOTADB":
      return `the database file is damaged (${code}): put back a backup with postern restore`;
    case "SQLITE_READONLY":
    case "SQLITE_CANTOPEN":
      return `the database cannot be opened for writing (${code}): does this user own the data directory?`;
    default:
      return code?.startsWith("SQLITE_") ? `the database failed: ${error.message} (${code})` : error.message;
  }
}

/** The same in a word for programs. These words are a part of the contract in docs/embedding.md. */
export function faultCodeOf(error: unknown): string {
  if ([ConfigError, CertificateFault, DeclarationFault, Refused].some((kind) => error instanceof kind))
    return "configuration";
  if (error instanceof AlreadyRunning) return "already_running";
  if (error instanceof DataDirectoryFault) return "data_directory";
  if (error instanceof ListenFault) return "listen";
  if (error instanceof WrongInstanceSecret) return "secret";
  if (error instanceof SchemaMismatch) return "schema";
  if ([UnusablePlace, NoRoom, StoreUnavailable].some((kind) => error instanceof kind)) return "storage";
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "EACCES" || code === "EPERM") return "permission";
  return code === "ENOSPC" || code.startsWith("SQLITE_") ? "storage" : "unexpected";
}

export const exitCodeOf = (error: unknown): 1 | 2 => (error instanceof WrongUsage ? 2 : 1);
