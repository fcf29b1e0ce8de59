import { isGuessedAtOnce } from "../identity/password-strength.ts";
import type { Texts } from "../languages/door/en.ts";
import { maxPasswordBytes, minPasswordBytes, preparePassword } from "../rules/password.ts";

/**
 * What is wrong with a password that somebody has chosen, in a sentence; undefined where it will do.
 *
 * @param names of the person, which others know
 */
export async function newPasswordProblem(
  { newPassword: words }: Pick<Texts, "newPassword">,
  password: string | undefined,
  names: readonly string[],
): Promise<string | undefined> {
  if (password === undefined) return words.missing;
  const prepared = preparePassword(password);
  if (prepared === undefined) {
    const bytes = Buffer.byteLength(password);
    if (bytes < minPasswordBytes) return words.tooShort;
    return bytes > maxPasswordBytes ? words.tooLong : words.refused;
  }
  return (await isGuessedAtOnce(prepared, names)) ? words.tooEasy : undefined;
}
