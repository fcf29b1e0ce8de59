import type { User } from "../model/user.ts";

/** What an attacker tries in the first minutes. */
const few = 1000;
/**
 * Beyond that the estimate says nothing new, and takes long: its time grows with the square of the length and more, and
 * while it lasts nobody else is answered.
 */
const mostEstimated = 48;

/**
 * Whether a password is among the first thousand that somebody would try who knows the person's names. It is an estimate:
 * who chooses gets it as advice, and is refused nothing more. The library and its lists of known passwords are loaded for
 * one estimate and not kept: passwords are set rarely.
 */
export async function isGuessedAtOnce(password: string, names: readonly string[]): Promise<boolean> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
  ]);
  const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: mostEstimated });
  return estimator.check(password, [...names]).guesses < few;
}

/** What somebody who wants to guess a person's password knows of them. */
export const namesOf = ({ username, displayName, email }: Pick<User, "username" | "displayName" | "email">) =>
  [username, displayName, ...(displayName?.split(/\s+/) ?? []), email, email?.split("@")[0]].filter(
    (name) => name !== undefined,
  );
