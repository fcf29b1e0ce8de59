import { grantableScopes } from "../clients/scopes.ts";
import type { Context } from "../context.ts";
import { hashUserCode } from "../crypto/hash.ts";
import { openState, sealState } from "../crypto/sealed-state.ts";
import type { SignedIn } from "../identity/sessions.ts";
import type { Client } from "../model/client.ts";
import type { DeviceCode } from "../model/code.ts";
import { OAuthError } from "../oauth-error.ts";
import { networkOf } from "../rules/client-address.ts";
import { isRecentEnoughToGive } from "../rules/recent-sign-in.ts";
import { mayGive } from "../rules/scope.ts";
import { normaliseUserCode } from "../rules/user-code.ts";
import { userCodesInAll, userCodesOfAccount, userCodesOfAddress, userCodesOfSession } from "../throttle/limits.ts";
import type { Limit } from "../throttle/throttle.ts";
import { tooMany } from "../throttle/too-many.ts";
import { isFromFuture } from "../time.ts";
import { demandsEnrolment } from "./next-step.ts";

/** Who is at the device page: only somebody signed in ever gets as far as a code (RFC 8628 §5.1). */
export interface DevicePerson extends SignedIn {
  readonly browserId: string;
  readonly address: string;
  /** Limits by address alone do not apply. */
  readonly isLocal: boolean;
}

/** A device's request that waits for a decision. */
export interface DeviceRequest {
  readonly code: DeviceCode;
  /** Without its dash. */
  readonly userCode: string;
  readonly client: Client;
  /** What it would be allowed. */
  readonly scope: readonly string[];
}

type Deciding = Pick<Context, "config" | "ownScopes" | "clock" | "store" | "keys">;

/**
 * The request behind what a person typed. Undefined for every code that does not wait: unknown, expired and decided
 * ones are all the same to who asks, and each counts as a wrong one.
 *
 * @throws OAuthError temporarily_unavailable, 429, while there have been too many wrong codes, be this one right or not
 * @source RFC 8628 §5.1
 */
export async function enterUserCode(
  context: Deciding & Pick<Context, "throttle" | "log">,
  person: DevicePerson,
  typed: string,
): Promise<DeviceRequest | undefined> {
  const userCode = normaliseUserCode(typed);
  const found = userCode === undefined ? undefined : await findDeviceRequest(context, userCode);
  // From here on nothing waits: of many tries at once each is counted before the next is checked.
  const { throttle, log } = context;
  const counters = countersOf(person);
  const waits = counters.flatMap(({ limit, key }) => throttle.waitFor(limit, key) ?? []);
  const longest = waits.sort((one, other) => other.seconds - one.seconds)[0];
  if (longest !== undefined) throw tooMany("too many wrong codes", longest);
  if (found === undefined) {
    for (const { limit, key } of counters) throttle.count(limit, key);
    if (throttle.exceeded(userCodesInAll, everybody) !== undefined) {
      log.warn("somebody may be guessing user codes: the device page takes none for a while", {
        address: person.address,
      });
    }
    return undefined;
  }
  throttle.clear(userCodesOfSession, person.session.id);
  return found;
}

/**
 * The request of a code that waits for a decision, its client known and enabled.
 *
 * @param shown the scopes that the person has seen; absent before they have seen any
 */
export async function findDeviceRequest(
  { ownScopes, clock, store, keys }: Deciding,
  userCode: string,
  shown?: readonly string[],
): Promise<DeviceRequest | undefined> {
  const code = await store.deviceCodes.findByUserCode(hashUserCode(keys.userCodeKey, userCode));
  const now = clock.now();
  if (code === undefined || code.state !== "pending" || code.expiresAt <= now || isFromFuture(code.createdAt, now))
    return undefined;
  const client = await store.clients.find(code.clientId);
  if (client === undefined || client.disabledAt !== undefined) return undefined;
  // The client's registration may have changed since it asked.
  const scope = grantableScopes(await ownScopes(), client, shown ?? code.scope);
  return scope === undefined ? undefined : { code, userCode, client, scope };
}

/** What somebody must do before they can allow what a device asks for; undefined where they can now. */
export function lackToAllow(
  { clock }: Pick<Context, "clock">,
  { session }: Pick<DevicePerson, "session">,
  { client, scope }: Pick<DeviceRequest, "client" | "scope">,
): "sign-in" | "enrolment" | undefined {
  if (!isRecentEnoughToGive(session.authTime, scope, clock.now())) return "sign-in";
  return demandsEnrolment(client, session) ? "enrolment" : undefined;
}

/**
 * The first decision stands (RFC 8628 §5.5). What it allows are the scopes that the person saw. Where something is lacking
 * for that, nothing is allowed.
 */
export async function decideDevice(
  { clock, store, metrics }: Pick<Context, "clock" | "store" | "metrics">,
  { session, user, address }: DevicePerson,
  { code, client, scope }: DeviceRequest,
  decision: "approved" | "denied",
): Promise<"decided" | "not-pending" | "sign-in" | "enrolment"> {
  if (decision === "approved") {
    checkMayGive(user, scope);
    const lack = lackToAllow({ clock }, { session }, { client, scope });
    if (lack !== undefined) return lack;
  }
  const now = clock.now();
  const outcome = await store.deviceCodes.decide({
    userCodeHash: code.userCodeHash,
    decision,
    userId: user.id,
    sessionId: session.id,
    authTime: session.authTime,
    amr: session.amr,
    scope,
    now,
    event: {
      at: now,
      name: decision === "approved" ? "device.approved" : "device.denied",
      actor: { kind: "user", userId: user.id },
      userId: user.id,
      clientId: client.id,
      address,
    },
  });
  if (outcome === "decided") metrics.count("postern_device_decisions_total", { decision });
  return outcome;
}

/**
 * Who asks for the administration of this server gets it from an administrator alone.
 *
 * @throws OAuthError access_denied, for a page
 */
export function checkMayGive(user: SignedIn["user"], scope: readonly string[]): void {
  if (mayGive(user, scope)) return;
  throw new OAuthError("access_denied", "only an administrator can allow this", { status: 403, page: "notAllowed" });
}

const decisionUse = "device decision";

/**
 * Stands for a code that was entered, on the way to its decision: good for this person in this browser alone, and for
 * these scopes, though the client may have been registered for more again by then.
 */
export const sealDecision = (
  { keys, random }: Pick<Context, "keys" | "random">,
  person: DevicePerson,
  { userCode, scope }: DeviceRequest,
): Promise<string> => sealState(keys, random, decisionUse, [userCode, person.session.id, person.browserId, scope]);

/** What stands behind a handle of `sealDecision`; undefined for one of another session or browser. */
export async function openDecision(
  { keys }: Pick<Context, "keys">,
  person: DevicePerson,
  handle: string,
): Promise<Pick<DeviceRequest, "userCode" | "scope"> | undefined> {
  const state = await openState(keys, decisionUse, handle);
  if (!Array.isArray(state)) return undefined;
  const [userCode, sessionId, browserId, scope]: readonly unknown[] = state;
  if (sessionId !== person.session.id || browserId !== person.browserId) return undefined;
  if (typeof userCode !== "string" || !Array.isArray(scope)) return undefined;
  return { userCode, scope: scope.filter((token) => typeof token === "string") };
}

const everybody = "";

function countersOf({
  session,
  user,
  address,
  isLocal,
}: DevicePerson): readonly { readonly limit: Limit; readonly key: string }[] {
  return [
    { limit: userCodesOfSession, key: session.id },
    { limit: userCodesOfAccount, key: user.id },
    ...(isLocal ? [] : [{ limit: userCodesOfAddress, key: networkOf(address) }]),
    { limit: userCodesInAll, key: everybody },
  ];
}
