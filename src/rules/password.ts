/** In bytes of UTF-8, after preparation. */
export const minPasswordBytes = 8;
export const maxPasswordBytes = 1024;

/**
 * The form of a password that is hashed: every kind of space becomes U+0020, then NFC; case and width are kept.
 * `undefined` when the text can be nobody's password: a control character, an unpaired surrogate, under 8 or over 1024
 * bytes. At sign-in that is a wrong password like any other, and costs the same time.
 *
 * @source RFC 8265 §4.2 (OpaqueString)
 */
export function preparePassword(text: string): string | undefined {
  // NFC never makes text shorter than a third in bytes; this only keeps a megabyte from being normalised.
  if (text.length > 4 * maxPasswordBytes || !text.isWellFormed() || /\p{Cc}/u.test(text)) return undefined;
  const prepared = text.replace(/\p{Zs}/gu, " ").normalize("NFC");
  const bytes = Buffer.byteLength(prepared);
  return bytes >= minPasswordBytes && bytes <= maxPasswordBytes ? prepared : undefined;
}
