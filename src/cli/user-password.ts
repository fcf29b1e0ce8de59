import { type Command, Option } from "commander";
import { durationBetween } from "../config/duration.ts";
import { isGuessedAtOnce, namesOf } from "../identity/password-strength.ts";
import type { User } from "../model/user.ts";
import type { Duration } from "../time.ts";
import { duration } from "./option-values.ts";
import { WrongUsage } from "./outcome.ts";
import { complain } from "./printing.ts";

/** How a person gets a password: somebody knows it, the command makes it up, or the person chooses it by a link. */
export interface PasswordOptions {
  readonly passwordStdin?: boolean;
  readonly generatePassword?: boolean;
  /** The lifetime of the link. */
  readonly expires?: Duration;
}

/** @param link the option for a link, with what it does */
export const passwordOptions = (command: Command, [link, description]: readonly [name: string, description: string]) =>
  command
    .option("--password-stdin", "read the password from standard input")
    .option("--generate-password", "make a password and print it once")
    .option(link, description)
    .addOption(
      new Option("--expires <duration>", "for how long the link is good: 1m to 30d").argParser(
        duration(durationBetween("1m", "30d")),
      ),
    );

export type ChosenPassword =
  | { readonly kind: "password"; readonly password: string; readonly isGenerated: boolean }
  | { readonly kind: "link"; readonly lifetime: Duration | undefined };

/** What the options ask for. No password is ever an argument: those are seen by every user of the machine. */
export async function chosenPassword(
  { passwordStdin = false, generatePassword = false, expires }: PasswordOptions,
  { name, isWanted }: { readonly name: string; readonly isWanted: boolean },
): Promise<ChosenPassword> {
  if ([passwordStdin, generatePassword, isWanted].filter((way) => way).length !== 1)
    throw new WrongUsage(`give --password-stdin, --generate-password or ${name}, one of them`);
  if (expires !== undefined && !isWanted) throw new WrongUsage(`--expires goes with ${name}`);
  if (isWanted) return { kind: "link", lifetime: expires };
  if (generatePassword) return { kind: "password", password: newPassword(), isGenerated: true };
  // The newline is `echo`'s, not the password's.
  return { kind: "password", password: (await Bun.stdin.text()).replace(/\r?\n$/, ""), isGenerated: false };
}

/** Whoever runs the machine decides; they are told once. */
export async function warnOfEasyPassword(
  chosen: ChosenPassword,
  user: Pick<User, "username" | "displayName" | "email">,
): Promise<void> {
  if (chosen.kind !== "password" || chosen.isGenerated) return;
  if (await isGuessedAtOnce(chosen.password, namesOf(user)))
    complain("warning: this password is among the first that a stranger would try");
}

/** 120 random bits in letters and digits, in groups that can be typed from paper. */
function newPassword(): string {
  // 32 signs, none of which looks like another.
  const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  const letters = Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => alphabet.charAt(byte & 31));
  return [0, 6, 12, 18].map((start) => letters.slice(start, start + 6).join("")).join("-");
}
