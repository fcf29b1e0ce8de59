import type { Context } from "../context.ts";
import { newIdentifier } from "../crypto/secret.ts";
import type { FailedSignIn } from "./sign-in.ts";

/**
 * Keeps why a sign-in failed, for an administrator who is told the id that the page shows. Never what was typed: people
 * type passwords where a name is wanted.
 *
 * @returns the request's id
 */
export function traceFailedSignIn(
  { traces, random, clock }: Pick<Context, "traces" | "random" | "clock">,
  { kind, userId, checks }: FailedSignIn,
  request: { readonly path: string; readonly address: string; readonly clientId: string | undefined },
): string {
  const requestId = newIdentifier(random);
  traces.add({
    requestId,
    at: clock.now(),
    method: "POST",
    ...request,
    userId,
    error: "access_denied",
    description: kind === "wait" ? "too many sign-ins have failed" : "the sign-in was refused",
    checks,
  });
  return requestId;
}
