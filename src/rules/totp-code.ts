const maxTotpCodeInput = 64;

/**
 * The six digits of an authenticator app that a person meant: apps show them in groups, and some keyboards write them in
 * full width. `undefined` when it can be no code.
 *
 * @source RFC 6238 §4; RFC 4226 §5.3
 */
export function normaliseTotpCode(input: string): string | undefined {
  if (input.length > maxTotpCodeInput) return undefined;
  const code = input.normalize("NFKC").replace(/[\s\p{Pd}]/gu, "");
  return /^[0-9]{6}$/.test(code) ? code : undefined;
}
