import type { TOTP } from "otpauth";
import type { SessionId } from "../brand.ts";
import type { Context } from "../context.ts";
import { openState, sealState } from "../crypto/sealed-state.ts";
import type { Factors, Totp } from "../model/factor.ts";
import type { User } from "../model/user.ts";
import { normaliseTotpCode } from "../rules/totp-code.ts";
import { after, type Instant, minutes } from "../time.ts";
import { relyingPartyId } from "./relying-party.ts";
import { outOfDate } from "./sessions.ts";

// One-time codes of an authenticator app (RFC 6238), with the parameters that every app knows: SHA-1, six digits, thirty
// seconds. The library is loaded with the first code that is checked.

/** In seconds. */
const period = 30;
/** RFC 4226 §4: "The length of the shared secret MUST be at least 128 bits"; 160 are recommended. */
const seedBytes = 20;
/** In steps to either side (RFC 6238 §5.2). */
const drift = 1;

/** RFC 8176, beside `pwd`. Recovery codes are one-time codes, too. */
export const amrOfTotp: readonly string[] = ["otp", "mfa"];

const use = "totp enrolment";
/** Who looks for an app first and installs it needs a while. */
const enrolmentLifetime = minutes(30);

/** A seed that is not confirmed yet: it travels through the form, and nothing is written. */
export interface TotpEnrolment {
  /** For a hidden field of the form. */
  readonly sealed: string;
  /** `otpauth://…`, for a QR code. */
  readonly uri: string;
  /** The same seed for who cannot scan: base 32 in groups of four. */
  readonly key: string;
}

interface Enrolling {
  readonly user: Pick<User, "id" | "username">;
  readonly browserId: string;
}

type Sealing = Pick<Context, "config" | "keys" | "random" | "clock">;

/**
 * Begins the enrolment of an authenticator app.
 *
 * @param sealed of an enrolment that goes on: whoever mistyped the code need not scan again
 */
export async function beginTotp(context: Sealing, enrolling: Enrolling, sealed?: string): Promise<TotpEnrolment> {
  const { keys, random, clock } = context;
  const before = sealed === undefined ? undefined : await openEnrolment(context, enrolling, sealed);
  const seed = before ?? random.bytes(seedBytes);
  // https://github.com/google/google-authenticator/wiki/Key-Uri-Format: apps cut the label at its first colon.
  const issuer = (context.config.brand.name ?? "Postern").replace(/:/g, "");
  const totp = await totpOf(seed, { issuer, label: enrolling.user.username });
  return {
    sealed:
      before !== undefined && sealed !== undefined
        ? sealed
        : await sealState(keys, random, use, {
            seed: Buffer.from(seed).toString("base64url"),
            userId: enrolling.user.id,
            browserId: enrolling.browserId,
            expiresAt: after(clock.now(), enrolmentLifetime),
          } satisfies SealedSeed),
    uri: totp.toString(),
    key: totp.secret.base32.match(/.{1,4}/g)?.join(" ") ?? "",
  };
}

/** Whether the app shows the right code: then it is the person's, once `enableTotp` has written it. */
export async function confirmTotp(
  context: Sealing,
  enrolling: Enrolling,
  { sealed, code }: { readonly sealed: string; readonly code: string },
): Promise<
  | { readonly outcome: "confirmed"; readonly totp: Totp }
  | { readonly outcome: "wrong-code" }
  | { readonly outcome: "expired" }
> {
  const seed = await openEnrolment(context, enrolling, sealed);
  if (seed === undefined) return { outcome: "expired" };
  const now = context.clock.now();
  const step = await stepOf(seed, code, now);
  if (step === undefined) return { outcome: "wrong-code" };
  const sealedSeed = context.keys.sealForStore(labelOfSeed(enrolling.user.id), seed);
  return { outcome: "confirmed", totp: { sealedSeed, confirmedAt: now, lastStep: step } };
}

/**
 * Takes the place of an earlier app.
 *
 * @param session in which the person asked for it
 * @throws OAuthError access_denied, when it has ended
 */
export async function enableTotp(
  { store, clock, config }: Pick<Context, "store" | "clock" | "config">,
  {
    userId,
    totp,
    session,
    address,
    onlyFirst = false,
  }: {
    readonly userId: User["id"];
    readonly totp: Totp;
    readonly session?: SessionId | undefined;
    readonly address?: string | undefined;
    readonly onlyFirst?: boolean;
  },
): Promise<"done" | "missing" | "not-first"> {
  const actor = { kind: "user", userId } as const;
  const outcome = await store.factors.enableTotp({
    userId,
    totp,
    onlyFirst: onlyFirst ? { rpId: relyingPartyId(config) ?? "" } : undefined,
    session,
    event: { at: clock.now(), name: "totp.enabled", actor, userId, address },
  });
  if (outcome === "outdated") throw outOfDate(userId);
  return outcome;
}

/**
 * The time step of a right code; undefined for a wrong one. Whether it has been used is the store's to say, which uses it
 * up with the session (RFC 6238 §5.2).
 */
export async function checkTotp(
  { keys, clock, log }: Pick<Context, "keys" | "clock" | "log">,
  userId: User["id"],
  { totp }: Pick<Factors, "totp">,
  code: string,
): Promise<number | undefined> {
  if (totp === undefined) return undefined;
  const seed = keys.openFromStore(labelOfSeed(userId), totp.sealedSeed);
  if (seed === undefined) {
    log.error("the seed of an authenticator app does not open: the instance secret is another one", { user: userId });
    return undefined;
  }
  return stepOf(seed, code, clock.now());
}

/** What the seed of a person is sealed for. */
export const labelOfSeed = (userId: User["id"]) => `totp ${userId}`;

async function stepOf(seed: Uint8Array, typed: string, now: Instant): Promise<number | undefined> {
  const token = normaliseTotpCode(typed);
  if (token === undefined) return undefined;
  const totp = await totpOf(seed);
  const delta = totp.validate({ token, timestamp: now, window: drift });
  return delta === null ? undefined : totp.counter({ timestamp: now }) + delta;
}

async function totpOf(
  seed: Uint8Array,
  names: { readonly issuer?: string; readonly label?: string } = {},
): Promise<TOTP> {
  const { Secret, TOTP } = await import("otpauth");
  // A copy: the library takes the whole of the buffer behind the bytes.
  const secret = new Secret({ buffer: new Uint8Array(seed).buffer });
  return new TOTP({ ...names, secret, algorithm: "SHA1", digits: 6, period });
}

interface SealedSeed {
  readonly seed: string;
  readonly userId: string;
  readonly browserId: string;
  readonly expiresAt: number;
}

async function openEnrolment(
  { keys, clock }: Sealing,
  { user, browserId }: Enrolling,
  sealed: string,
): Promise<Uint8Array | undefined> {
  const state = await openState(keys, use, sealed);
  if (!isSealedSeed(state) || state.expiresAt <= clock.now()) return undefined;
  if (state.userId !== user.id || state.browserId !== browserId) return undefined;
  return Buffer.from(state.seed, "base64url");
}

/** What opens under our key and for this use was written above. */
const isSealedSeed = (value: unknown): value is SealedSeed =>
  typeof value === "object" && value !== null && "seed" in value;
