import type { JsonObject } from "../rules/json.ts";
import { Refused } from "./refused.ts";

/** Reads a file that a declaration names, by its path as it is written there. */
export type ReadSecretFile = (path: string) => string;

/**
 * The secret of an entry, which stands in its member or in the file that the member with `_file` names. It is in no
 * message.
 *
 * @throws Refused invalid
 */
export function declaredSecret(
  entry: JsonObject,
  member: "client_secret" | "password",
  readFile: ReadSecretFile,
): string | undefined {
  const { [member]: given, [`${member}_file`]: file } = entry;
  if (given !== undefined && file !== undefined)
    throw new Refused("invalid", `it has ${member} and ${member}_file: keep one of them`);
  if (file !== undefined) return secretIn(file, member, readFile);
  if (given === undefined || typeof given === "string") return given;
  throw new Refused("invalid", `its ${member} is no text`);
}

function secretIn(file: JsonObject[string], member: string, readFile: ReadSecretFile): string {
  if (typeof file !== "string" || file === "") throw new Refused("invalid", `its ${member}_file is no path`);
  const read = attemptToRead(file, readFile);
  if ("text" in read && read.text !== "") return read.text;
  const reason = "text" in read ? "is empty" : `cannot be read${read.code}`;
  throw new Refused("invalid", `its ${member}_file ${JSON.stringify(file.slice(0, 200))} ${reason}`);
}

function attemptToRead(file: string, readFile: ReadSecretFile): { readonly text: string } | { readonly code: string } {
  try {
    // Editors and `echo` end a file with a newline that is not part of the secret.
    return { text: readFile(file).replace(/\r?\n$/, "") };
  } catch (error) {
    return { code: error instanceof Error && "code" in error ? ` (${error.code})` : "" };
  }
}
