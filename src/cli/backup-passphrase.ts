import type { Config } from "../config/load.ts";
import { WrongUsage } from "./outcome.ts";

export interface PassphraseOption {
  readonly passphraseStdin?: boolean;
}

export const passphraseOption = ["--passphrase-stdin", "read the passphrase from standard input"] as const;

/** Never an argument: those are seen by every user of the machine. */
export async function chosenPassphrase(
  { passphraseStdin = false }: PassphraseOption,
  { backupPassphrase }: Pick<Config, "backupPassphrase">,
): Promise<string | undefined> {
  if (!passphraseStdin) return backupPassphrase?.reveal();
  // The newline is `echo`'s, not the passphrase's.
  const passphrase = (await Bun.stdin.text()).replace(/\r?\n$/, "");
  if (passphrase === "") throw new WrongUsage("there is no passphrase on standard input");
  return passphrase;
}
