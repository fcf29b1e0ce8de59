// Values on their way into other programs' files and commands. Client ids, secrets and addresses of Postern are made of
// letters, digits and a few signs that no format minds; here nothing depends on that.

/** Without what no line of a file can hold, and without what turns or hides the text around it. */
const visible = (text: string): string => text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, "");

/** One word of a POSIX shell. Between single quotes nothing is special but the quote that ends them. */
export function shellWord(text: string): string {
  const word = visible(text);
  return /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A string of JSON, of YAML between double quotes, or of TOML: each understands the others' escapes. */
export const quotedString = (text: string): string => JSON.stringify(visible(text));

/** A value in a file that has no way to quote. What is not plainly part of an address is percent-encoded. */
export const rawValue = (text: string): string => percentEncoded(visible(text), /[^A-Za-z0-9._~:/?&=@%+,[\]-]/gu);

/** A name or password before the `@` of an address (RFC 3986 §3.2.1). */
export const userinfoPart = (text: string): string => percentEncoded(visible(text), /[^A-Za-z0-9._~-]/gu);

const percentEncoded = (text: string, unfit: RegExp): string =>
  text.replace(unfit, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`).join(""),
  );
