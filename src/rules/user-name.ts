/** In characters (code points). */
export const maxUserNameLength = 64;

/**
 * The one form under which a user name is stored and looked up, so that `Alice`, `alice ` and `ａｌｉｃｅ` are one person.
 * `undefined` when the text can be nobody's name.
 *
 * The rule is PRECIS UsernameCaseMapped, with two departures that are kinder or simpler: spaces around the name, which
 * telephone keyboards add, are cut off; the rules for joiners and for right-to-left text are not applied. In order:
 * 1. full-width and half-width characters become their ordinary forms, 2. spaces around it go, 3. lower case, 4. NFC;
 * then it must be 1 to 64 letters, digits, marks and visible ASCII characters, without a compatibility form of
 * another character and without one that cannot be seen.
 *
 * @source RFC 8265 §3.3; RFC 8264 §4.2 (IdentifierClass), §7 (a result that is not stable is refused)
 */
export function canonicalUserName(text: string): string | undefined {
  if (text.length > 4 * maxUserNameLength || !text.isWellFormed()) return undefined;
  const name = fold(text);
  if (!identifier.test(name) || [...name].length > maxUserNameLength) return undefined;
  if (name.normalize("NFKC") !== name || unseen.test(name)) return undefined;
  return fold(name) === name ? name : undefined;
}

const fold = (text: string): string =>
  text
    .replace(/[\u3000\uff01-\uffee]/g, (wide) => wide.normalize("NFKC"))
    .replace(/^ +| +$/g, "")
    .toLowerCase()
    .normalize("NFC");

const identifier = /^[\x21-\x7e\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}]+$/u;
const unseen = /\p{Default_Ignorable_Code_Point}/u;
