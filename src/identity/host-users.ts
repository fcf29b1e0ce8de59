import { asUserId, type UserId } from "../brand.ts";
import type { Context } from "../context.ts";
import { newIdentifier } from "../crypto/secret.ts";
import type { HostPerson, HostRefusal } from "../model/host-person.ts";
import type { User } from "../model/user.ts";
import type { Check } from "../oauth-error.ts";
import type { Verdict } from "../outbound/verifier.ts";
import type { Limit } from "../throttle/throttle.ts";

export type Admission = Awaited<ReturnType<Context["store"]["users"]["admitFromHost"]>>;

/**
 * The account of somebody whom the host lets in: made with the first time, and brought up to what the host says now with
 * each.
 *
 * @param name that counts where the host says none
 */
export function admitHostPerson(
  { store, clock, random }: Pick<Context, "store" | "clock" | "random">,
  { subject: hostSubject, username, ...person }: HostPerson,
  name: string,
  address: string | undefined,
): Promise<Admission> {
  const at = clock.now();
  const user: User = {
    id: asUserId(newIdentifier(random)),
    username: username ?? name,
    ...person,
    claims: {},
    origin: "administrator",
    declared: [],
    createdAt: at,
    updatedAt: at,
    failures: 0,
  };
  return store.users.admitFromHost({ hostSubject, user, event: { at, actor: { kind: "system" }, address } });
}

export const hostLetsIn: Check = { rule: "the host lets the person in", isMet: false };
export const hostNameIsFree: Check = { rule: "the host's name for the person is no other account's", isMet: false };
const hostAnswers: Check = { rule: "the host's verifier gives an answer that can be read", isMet: false };

/** Seconds after which it may be worth to ask the host again. */
const soon = 5;

/** The host does not say. Nothing was counted. */
export interface HostUnavailable {
  readonly kind: "unavailable";
  /** Seconds until another try is worth it. */
  readonly seconds: number;
  readonly userId?: UserId | undefined;
  readonly checks: readonly Check[];
}

export const unavailable = (
  { fault }: Extract<Verdict, { readonly kind: "unavailable" }>,
  userId: UserId | undefined,
  checks: readonly Check[] = [],
): HostUnavailable => ({
  kind: "unavailable",
  seconds: soon,
  userId,
  checks: [...checks, { ...hostAnswers, received: fault.message }],
});

type Asking = Pick<Context, "store" | "clock" | "random" | "verifier" | "throttle" | "config">;

export type HostWord =
  /** And this is who the person is by now. */
  | { readonly kind: "allowed"; readonly user: User }
  /** `reason`: the host's own; absent where something else stands in the way. */
  | { readonly kind: "refused"; readonly reason?: HostRefusal; readonly check: Check }
  | HostUnavailable;

/** Asks the host about one of its users who shows no password to it: a passkey, or a token that is refreshed. */
export async function askAboutAccount(context: Asking, user: User, address: string | undefined): Promise<HostWord> {
  const { verifier } = context;
  const { hostSubject: subject } = user;
  if (verifier === undefined || subject === undefined)
    return { kind: "refused", check: { rule: "the host can be asked (POSTERN_CREDENTIAL_VERIFIER)", isMet: false } };
  noteAsked(context, user.id);
  const verdict = await verifier.ask({ check: "account", subject });
  if (verdict.kind === "unavailable") return unavailable(verdict, user.id);
  if (verdict.kind === "refused") {
    const { reason } = verdict;
    return { kind: "refused", reason, check: { ...hostLetsIn, received: reason } };
  }
  const admission = await admitHostPerson(context, verdict.person, user.username, address);
  return admission.outcome === "clash"
    ? { kind: "refused", check: hostNameIsFree }
    : { kind: "allowed", user: admission.user };
}

/** The host has been asked about this person just now: its word is good for as long as the operator says. */
export function noteAsked({ config, throttle }: Pick<Context, "config" | "throttle">, id: UserId): void {
  const limit = recheckLimit(config);
  if (limit === undefined) return;
  throttle.clear(limit, id);
  throttle.count(limit, id);
}

/** How often the host is asked about one person without a sign-in; undefined where it never is. */
export const recheckLimit = ({ verifier }: Pick<Context["config"], "verifier">): Limit | undefined =>
  verifier === undefined || verifier.recheck === 0
    ? undefined
    : { name: "host recheck", most: 1, per: verifier.recheck };
