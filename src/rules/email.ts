/**
 * An e-mail address without the spaces around it; `undefined` when it is none. Roughly: only a letter sent there could
 * tell.
 *
 * @source RFC 5321 §4.5.3.1 for the length
 */
export function readEmail(text: string): string | undefined {
  const email = text.trim();
  return email.length <= 254 && /^[^\s@\p{Cc}<>"]+@[^\s@\p{Cc}<>"]+$/u.test(email) ? email : undefined;
}
