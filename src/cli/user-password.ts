import type { Command } from "commander";
import { WrongUsage } from "./outcome.ts";

export interface PasswordOptions {
  readonly passwordStdin?: boolean;
  readonly generatePassword?: boolean;
}

export const passwordOptions = (command: Command): Command =>
  command
    .option("--password-stdin", "read the password from standard input")
    .option("--generate-password", "make a password and print it once");

/** The password that the options ask for. None is ever an argument: those are seen by every user of the machine. */
export async function chosenPassword({
  passwordStdin = false,
  generatePassword = false,
}: PasswordOptions): Promise<{ readonly password: string; readonly generated: boolean }> {
  if (passwordStdin === generatePassword)
    throw new WrongUsage("give --password-stdin or --generate-password, one of them");
  if (passwordStdin) {
    // The newline is `echo`'s, not the password's.
    const password = (await Bun.stdin.text()).replace(/\r?\n$/, "");
    return { password, generated: false };
  }
  return { password: newPassword(), generated: true };
}

/** 120 random bits in letters and digits, in groups that can be typed from paper. */
function newPassword(): string {
  // 32 signs, none of which looks like another.
  const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  const letters = Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => alphabet.charAt(byte & 31));
  return [0, 6, 12, 18].map((start) => letters.slice(start, start + 6).join("")).join("-");
}
