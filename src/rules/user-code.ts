import { OAuthError } from "../oauth-error.ts";

/** RFC 8628 §6.1: upper-case consonants alone, so that no code spells a word or holds two letters that look alike. */
export const userCodeAlphabet = "BCDFGHJKLMNPQRSTVWXZ";
export const userCodeLength = 8;
const maxUserCodeInput = 64;

/**
 * A new user code without its dash. Every code is as likely as every other: bytes of 240 and more, which do not share
 * out evenly over 20 letters, are thrown away.
 *
 * @param randomBytes gives that many random bytes
 * @param length 8 to 12 letters; 8 are 34.5 bits (RFC 8628 §5.1)
 */
export function newUserCode(randomBytes: (count: number) => Uint8Array, length = userCodeLength): string {
  let code = "";
  while (code.length < length) {
    for (const byte of randomBytes(length - code.length)) {
      if (byte < evenlyShared) code += userCodeAlphabet.charAt(byte % userCodeAlphabet.length);
    }
  }
  return code;
}

/** How a person sees a code: `WDJB-MJHT`. */
export function formatUserCode(code: string): string {
  const half = Math.ceil(code.length / 2);
  return `${code.slice(0, half)}-${code.slice(half)}`;
}

/**
 * The code that a person meant: compatibility forms, case and every character outside the alphabet make no difference.
 * `undefined` when what is left is not as long as a code.
 *
 * @source RFC 8628 §6.1, which recommends to compare in upper case and to strip what is outside the alphabet
 */
export function normaliseUserCode(input: string, length = userCodeLength): string | undefined {
  if (input.length > maxUserCodeInput) return undefined;
  const code = input.normalize("NFKC").toUpperCase().replace(outsideTheAlphabet, "");
  return code.length === length ? code : undefined;
}

/**
 * Refuses what no person types into the field. A code of the wrong length is no fault of form: see normaliseUserCode.
 *
 * @throws OAuthError invalid_request, over 64 characters
 */
export function checkUserCodeInput(input: string): void {
  if (input.length > maxUserCodeInput) throw new OAuthError("invalid_request", "the code is too long");
}

const evenlyShared = 256 - (256 % userCodeAlphabet.length);
const outsideTheAlphabet = new RegExp(`[^${userCodeAlphabet}]`, "g");
