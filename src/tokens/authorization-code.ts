import type { Context } from "../context.ts";
import { hash } from "../crypto/hash.ts";
import { newSecret, type Secret } from "../crypto/secret.ts";
import type { AuthorizationCode } from "../model/code.ts";
import { after } from "../time.ts";

/** Everything that a code is bound to (RFC 6749 §4.1.2; RFC 7636 §4.4; OIDC Core §3.1.3.1). */
export type CodeBinding = Omit<
  AuthorizationCode,
  "hash" | "createdAt" | "expiresAt" | "failures" | "redeemedAt" | "grantId"
>;

/** A new code, and the record of it. The code itself is kept nowhere. */
export function newAuthorizationCode(
  { clock, random, config }: Pick<Context, "clock" | "random" | "config">,
  binding: CodeBinding,
): { readonly code: Secret<"authorization-code">; readonly record: AuthorizationCode } {
  const code = newSecret(random, "authorization-code");
  const now = clock.now();
  const record = {
    ...binding,
    hash: hash(code),
    createdAt: now,
    expiresAt: after(now, config.authorizationCodeLifetime),
    failures: 0,
  };
  return { code, record };
}
