import type { NewAccountLink } from "../administration/links.ts";
import { isoTime } from "../time.ts";
import { isLoopbackAddress } from "./open-data.ts";
import { print, timeCell } from "./printing.ts";
import { qrCode } from "./qr-code.ts";

/** The address alone on its line, and at a terminal a picture of it that a phone reads. */
export function printAddress(address: string): void {
  print(address);
  // A phone that scans an address of its own would find nothing there.
  if (process.stdout.isTTY && !isLoopbackAddress(address)) print(`\n${qrCode(address)}`);
}

/** A link to hand over, after a sentence about it. */
export function printLink(sentence: string, { url, expiresAt }: NewAccountLink): void {
  print(`${sentence} It works once, until ${timeCell(expiresAt)} UTC:\n`);
  printAddress(url);
}

export const linkRecord = ({ url, expiresAt }: NewAccountLink) => ({ url, expires_at: isoTime(expiresAt) });
