/**
 * Decodes one name or value of `application/x-www-form-urlencoded`: percent escapes to octets, octets as UTF-8, `+`
 * to space. `undefined` when an escape is cut off or not hexadecimal, when the octets are not UTF-8 (overlong forms
 * and surrogates included), or when a character beyond ASCII stands unescaped, so that nothing is ever replaced.
 *
 * @source RFC 6749 App. B; ECMA-262 §19.2.6 (Decode refuses all that is not UTF-8)
 */
export function decodeFormComponent(encoded: string): string | undefined {
  if (!isAscii(encoded)) return undefined;
  const spaced = encoded.includes("+") ? encoded.replaceAll("+", " ") : encoded;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return undefined; // a URIError is the answer "not UTF-8", not a fault
  }
}

/**
 * Encodes one name or value of `application/x-www-form-urlencoded`. A space becomes `%20`, which every form decoder
 * reads, and which clients that only percent-decode read too; `+` would reach those as a plus.
 *
 * @source RFC 6749 App. B
 */
export const encodeFormComponent = (text: string): string => encodeURIComponent(text);

/** Whether U+0000 to U+001F or U+007F is in it. */
export function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return false;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}
