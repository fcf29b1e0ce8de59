/**
 * Crockford's base 32: digits and capital letters without I, L, O and U. Whoever reads one of them means 1, 1, 0 or V.
 *
 * @source https://www.crockford.com/base32.html
 */
const recoveryCodeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Ten symbols of five bits. */
const recoveryCodeLength = 10;
const maxRecoveryCodeInput = 64;

/**
 * A new recovery code without its dashes. 256 is a multiple of 32: every code is as likely as every other.
 *
 * @param randomBytes gives that many random bytes
 */
export const newRecoveryCode = (randomBytes: (count: number) => Uint8Array): string =>
  [...randomBytes(recoveryCodeLength)]
    .map((byte) => recoveryCodeAlphabet.charAt(byte % recoveryCodeAlphabet.length))
    .join("");

/** How a person sees a code: `7KQ2-M9XB-4T`. */
export const formatRecoveryCode = (code: string): string =>
  [code.slice(0, 4), code.slice(4, 8), code.slice(8)].join("-");

/**
 * The code that a person meant: case, spaces, dashes and letters that look like digits make no difference. `undefined`
 * when it can be no code.
 */
export function normaliseRecoveryCode(input: string): string | undefined {
  if (input.length > maxRecoveryCodeInput) return undefined;
  const code = input
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, "")
    .replace(/[IL]/g, "1")
    .replace(/O/g, "0");
  return code.length === recoveryCodeLength && [...code].every((symbol) => recoveryCodeAlphabet.includes(symbol))
    ? code
    : undefined;
}
