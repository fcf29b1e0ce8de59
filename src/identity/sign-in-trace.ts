import type { Context } from "../context.ts";
import type { HostUnavailable } from "./host-users.ts";
import type { Busy, FailedSignIn } from "./sign-in.ts";

/**
 * Keeps why a sign-in failed, for an administrator who is told the id that the page shows. Never what was typed: people
 * type passwords where a name is wanted.
 *
 * @returns the request's id
 */
export function traceFailedSignIn(
  { traces, requests, clock }: Pick<Context, "traces" | "requests" | "clock">,
  { kind, userId, checks }: FailedSignIn | HostUnavailable | Busy,
  request: { readonly path: string; readonly address: string; readonly clientId: string | undefined },
): string {
  const requestId = requests.id();
  traces.add({
    requestId,
    at: clock.now(),
    method: "POST",
    ...request,
    userId,
    error: kind === "unavailable" || kind === "busy" ? "temporarily_unavailable" : "access_denied",
    description: descriptions[kind],
    checks,
  });
  return requestId;
}

const descriptions = {
  refused: "the sign-in was refused",
  wait: "too many sign-ins have failed",
  busy: "more passwords are being checked than the server can",
  unavailable: "the host's users cannot be checked at the moment",
} as const;
