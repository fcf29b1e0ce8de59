import type { Context } from "../context.ts";
import { hashPresented } from "../crypto/hash.ts";
import { type Client, deviceCodeGrantType } from "../model/client.ts";
import type { PolledDevice } from "../model/code.ts";
import { OAuthError, unmet } from "../oauth-error.ts";
import { after, between, hours, type Instant, isFromFuture, milliseconds, seconds } from "../time.ts";
import { grantEvent } from "../tokens/grant-event.ts";
import { issueTokens, type TokenResponse } from "../tokens/issue.ts";
import { newUserGrant } from "../tokens/new-grant.ts";
import type { GrantTypeHandler, TokenRequest } from "./grant-type.ts";

/** RFC 8628 §3.5: slow_down: "the interval MUST be increased by 5 seconds for this and all subsequent requests". */
const slowDownBy = 5;
/** More lenient than a client's own count, never stricter. */
const mostInterval = 60;
/** For jitter of clocks and networks: a tenth of the interval, and no more than this. */
const mostTolerance = seconds(1);
/** An approval in the last moment may still be collected. */
const collectableAfterExpiry = seconds(60);
/** So long a device is told that its code has expired; then the code is as unknown as any. */
const expiryToldFor = hours(24);

/** RFC 8628 §3.4: a device asks whether the person has decided. */
export const deviceCode: GrantTypeHandler = {
  grantType: deviceCodeGrantType,
  issue: async (context, client, request) => {
    if (request.device_code === undefined) throw new OAuthError("invalid_request", "device_code is missing");
    const code = await context.store.deviceCodes.findPolled(hashPresented("device-code", request.device_code));
    // Another client's code stays as it is: only its own client can spend it (RFC 6749 §5.2).
    if (code === undefined || code.clientId !== client.id) {
      throw refused("the device code was issued here, to this client (RFC 8628 §3.4)");
    }
    const now = context.clock.now();
    const isOfOtherClock = isFromFuture(code.createdAt, now);
    // A decision goes before expiry, and both before the pace of the polls: slow_down is a kind of pending (RFC 8628 §3.5).
    switch (code.state) {
      case "denied":
        throw await refusalOfDenied(context, code);
      case "redeemed":
        return redeem(context, client, code, request);
      case "approved":
        if (isOfOtherClock || now > after(code.expiresAt, collectableAfterExpiry)) throw expired(context, code, now);
        return redeem(context, client, code, request);
      case "pending": {
        if (isOfOtherClock || now >= code.expiresAt) throw expired(context, code, now);
        // What the memory holds is younger than the row: only early polls are written.
        const noted = context.pollTimes.note(code.hash, now);
        const last = (noted instanceof Promise ? await noted : noted) ?? code.lastPollAt;
        if (last === undefined || !isEarly(code.interval, last, now)) throw stillPending;
        await slowDown(context, code, now);
        throw new OAuthError("slow_down", "the device polls too often: wait 5 seconds longer from now on");
      }
    }
  },
};

/** One for all: where it was made tells nothing, and to note that takes as long as to write the answer. */
const stillPending = new OAuthError("authorization_pending", "the person has not decided yet");

/** At its limit the interval grows no more: a device that never listens writes nothing. */
async function slowDown(
  { store }: Pick<Context, "store">,
  { hash, interval }: PolledDevice,
  now: Instant,
): Promise<void> {
  if (interval < mostInterval)
    await store.deviceCodes.slowDown({ hash, polledAt: now, by: slowDownBy, most: mostInterval });
}

function isEarly(interval: number, last: Instant, now: Instant): boolean {
  const elapsed = between(last, now);
  const wanted = seconds(interval);
  // A clock that was set back says nothing about the pace.
  return elapsed >= 0 && elapsed < milliseconds(wanted - Math.min(wanted / 10, mostTolerance));
}

/**
 * What the person approved becomes a grant. All that can fail comes before the store's verb. A code that is presented
 * again ends the grant that it made: RFC 6749 §10.5, which RFC 8628 leaves in force.
 */
async function redeem(
  context: Context,
  client: Client,
  { hash }: PolledDevice,
  { address, userAgent }: TokenRequest,
): Promise<TokenResponse> {
  const { store, clock, log } = context;
  const code = await store.deviceCodes.find(hash);
  const user = code?.userId && (await store.users.find(code.userId));
  if (code?.authTime === undefined || user === undefined || user.disabledAt !== undefined)
    throw refused("the account that approved the device is there and enabled");
  const { authTime, scope, amr } = code;
  // The device outlives the browser in which it was approved: the grant is bound to no session.
  const device = { address, userAgent: code.userAgent ?? userAgent };
  const grant = newUserGrant(context, client, { userId: user.id, authTime, scope, amr, ...device });
  const refreshGeneration = grant.refreshGeneration === 0 ? undefined : grant.refreshGeneration;
  const response = await issueTokens(context, { client, grant, scope, user, refreshGeneration });
  const outcome = await store.deviceCodes.redeem({
    hash,
    clientId: client.id,
    grant,
    now: clock.now(),
    created: grantEvent(context, "grant.created", grant, address),
    replayed: { ...grantEvent(context, "grant.code-replayed", grant, address), grantId: code.grantId },
  });
  switch (outcome) {
    case "redeemed":
      context.pollTimes.forget(hash);
      return response;
    case "replayed":
      log.warn("a device code was used again: its grant has ended", { client: client.id, address });
      throw refused("the device code is redeemed for the first time (RFC 6749 §10.5): its grant has ended");
    case "not-approved": {
      // Something came between: a consent withdrawn, an account disabled.
      const present = await store.deviceCodes.find(hash);
      throw present?.state === "denied"
        ? await refusalOfDenied(context, present)
        : refused("the approval still stands");
    }
  }
}

/** Denied by the person, or by withdrawing what they had approved; where the account itself is gone, RFC 6749 §5.2's word for it. */
async function refusalOfDenied(
  { store, pollTimes }: Pick<Context, "store" | "pollTimes">,
  { hash }: Pick<PolledDevice, "hash">,
): Promise<OAuthError> {
  pollTimes.forget(hash);
  const code = await store.deviceCodes.find(hash);
  const user = code?.userId && (await store.users.find(code.userId));
  if (user === undefined || user.disabledAt !== undefined)
    return refused("the account that decided is there and enabled");
  return new OAuthError("access_denied", "the person denied the request");
}

function expired(
  { pollTimes }: Pick<Context, "pollTimes">,
  { hash, expiresAt }: PolledDevice,
  now: Instant,
): OAuthError {
  pollTimes.forget(hash);
  if (now >= after(expiresAt, expiryToldFor)) return refused("the device code is not long expired (RFC 8628 §3.5)");
  return new OAuthError("expired_token", "the device code has expired: start again");
}

/** RFC 6749 §5.2: one answer, whatever is wrong with the code. */
const refused = (rule: string) =>
  new OAuthError("invalid_grant", "the device code is unknown, spent or of another client", { checks: unmet(rule) });
