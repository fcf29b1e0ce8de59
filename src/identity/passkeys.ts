import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import type { SessionId, UserId } from "../brand.ts";
import type { Context } from "../context.ts";
import type { FactorProof, Passkey } from "../model/factor.ts";
import type { User } from "../model/user.ts";
import { type Ceremony, challengeLifetime, newChallenge, openChallenge } from "./passkey-challenge.ts";
import { passkeyName } from "./passkey-names.ts";
import { relyingPartyId } from "./relying-party.ts";
import { outOfDate } from "./sessions.ts";

// WebAuthn (https://www.w3.org/TR/webauthn-3/): §7.1 registers a credential, §7.2 checks what one has signed. The library
// is loaded with the first answer that is checked: most servers have people who never use a passkey.

/** Of one person. */
export const mostPasskeys = 20;

/** Of the id of one (§7.1). */
const mostIdBytes = 1023;

/** COSE: EdDSA, ES256 and RS256, which every authenticator knows one of (§5.4, pubKeyCredParams). */
const algorithms = [-8, -7, -257];

type Asking = Pick<Context, "config" | "keys" | "random" | "clock">;
type Checking = Pick<Context, "config" | "keys" | "clock" | "store">;

/** An answer that was not accepted, and the rule that it broke: for the trace, not for the person. */
export interface RefusedPasskey {
  readonly outcome: "refused";
  readonly rule: string;
  readonly received?: string | undefined;
  /** Whose passkey it was, where that is known. */
  readonly userId?: UserId | undefined;
  /** For the audit log, where it is more than a wrong or an old answer. */
  readonly because?: "backup-eligibility" | undefined;
}

const refused = (rule: string, facts: Omit<RefusedPasskey, "outcome" | "rule"> = {}): RefusedPasskey => ({
  outcome: "refused",
  rule,
  ...facts,
});

/**
 * What a browser is given to make a passkey: `PublicKeyCredentialCreationOptionsJSON`, as text for the script of the page.
 * Undefined where passkeys are not possible.
 */
export async function passkeyCreationOptions(
  context: Asking,
  {
    user,
    browserId,
    passkeys,
  }: { readonly user: User; readonly browserId: string; readonly passkeys: readonly Passkey[] },
): Promise<string | undefined> {
  const { config } = context;
  const rpId = relyingPartyId(config);
  if (rpId === undefined) return undefined;
  return JSON.stringify({
    challenge: await newChallenge(context, "registration", { browserId, userId: user.id }),
    rp: { id: rpId, name: config.brand.name ?? "Postern" },
    user: {
      id: Buffer.from(user.id).toString("base64url"),
      name: user.username,
      displayName: user.displayName ?? user.username,
    },
    pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
    timeout: challengeLifetime,
    attestation: "none",
    excludeCredentials: passkeys.filter((passkey) => passkey.rpId === rpId).map(descriptorOf),
    // One that its authenticator can find by itself signs in without a user name.
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "preferred" },
    extensions: { credProps: true },
  });
}

/** Checks a new passkey. It is the person's once `addPasskey` has written it. */
export async function checkNewPasskey(
  context: Checking,
  {
    response,
    user,
    browserId,
    userAgent,
  }: {
    /** As the script of the page sends it. */
    readonly response: string;
    readonly user: User;
    readonly browserId: string;
    readonly userAgent: string | undefined;
  },
): Promise<{ readonly outcome: "made"; readonly passkey: Passkey } | RefusedPasskey> {
  const { config, clock } = context;
  const answer = readJson(response);
  const rpId = relyingPartyId(config);
  if (rpId === undefined || !isRegistration(answer)) return refused("the browser sent a passkey");
  if (isFramed(answer)) return refused(frameRule);
  const challenge = await answeredChallenge(context, "registration", answer, { browserId, userId: user.id });
  if (challenge === undefined) return refused(challengeRule);
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  const checked = await attempt(async () =>
    verifyRegistrationResponse({
      response: await withoutAttestation(answer),
      expectedChallenge: challenge.text,
      expectedOrigin: new URL(config.issuer).origin,
      expectedRPID: rpId,
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    }),
  );
  if ("fault" in checked || !checked.result.verified)
    return refused("the new passkey is sound (WebAuthn §7.1)", { received: faultOf(checked) });
  const { credential, credentialBackedUp, credentialDeviceType, aaguid } = checked.result.registrationInfo;
  // §7.1: "Verify that the credentialId is ≤ 1023 bytes". A longer one would fit into no address of a page that removes it.
  if (Buffer.byteLength(credential.id, "base64url") > mostIdBytes)
    return refused("the id of the new passkey is short enough (WebAuthn §7.1)");
  const transports = transportsOf(answer);
  const passkey: Passkey = {
    id: credential.id,
    userId: user.id,
    publicKey: Buffer.from(credential.publicKey).toString("base64url"),
    signCount: credential.counter,
    transports,
    name: passkeyName({ aaguid, transports, userAgent }),
    isBackupEligible: credentialDeviceType === "multiDevice",
    isBackedUp: credentialBackedUp,
    aaguid,
    rpId,
    createdAt: clock.now(),
  };
  return { outcome: "made", passkey };
}

/**
 * @param session in which the person asked for it
 * @throws OAuthError access_denied, when it has ended
 */
export async function addPasskey(
  { store, clock }: Pick<Context, "store" | "clock">,
  {
    passkey,
    session,
    address,
    onlyFirst = false,
  }: {
    readonly passkey: Passkey;
    readonly session?: SessionId | undefined;
    readonly address?: string | undefined;
    readonly onlyFirst?: boolean;
  },
): Promise<"added" | "taken" | "too-many" | "missing" | "not-first"> {
  const { userId, name } = passkey;
  const actor = { kind: "user", userId } as const;
  const event = { at: clock.now(), name: "passkey.added", actor, userId, address, detail: { passkey: name } } as const;
  const outcome = await store.factors.addPasskey({
    passkey,
    most: mostPasskeys,
    onlyFirst: onlyFirst ? passkey : undefined,
    session,
    event,
  });
  if (outcome === "outdated") throw outOfDate(userId);
  return outcome;
}

/** Whose passkey is asked for: nobody's in particular at sign-in, a person's after the password. */
interface Asked {
  readonly browserId: string;
  readonly userId?: UserId | undefined;
}

/**
 * What a browser is given to use a passkey: `PublicKeyCredentialRequestOptionsJSON`, as text. Undefined where there is none
 * to use. Who shows nothing else must be verified by the authenticator; after the password a touch is enough.
 *
 * @param passkeys those of the person, after the password
 */
export async function passkeyRequestOptions(
  context: Asking,
  asked: Asked,
  passkeys?: readonly Passkey[],
): Promise<string | undefined> {
  const rpId = relyingPartyId(context.config);
  if (rpId === undefined || passkeys?.length === 0) return undefined;
  return JSON.stringify({
    challenge: await newChallenge(context, "authentication", asked),
    rpId,
    timeout: challengeLifetime,
    allowCredentials: (passkeys ?? []).map(descriptorOf),
    userVerification: passkeys === undefined ? "required" : "discouraged",
  });
}

export interface ShownPasskey {
  readonly outcome: "shown";
  readonly passkey: Passkey;
  /** The authenticator has checked who uses it: by a fingerprint, a face, a PIN. */
  readonly isUserVerified: boolean;
  /** For `sessions.start`: a challenge is answered once. */
  readonly proof: FactorProof & { readonly kind: "passkey" };
}

/** Checks what a passkey has signed. */
export async function checkPasskey(
  context: Checking,
  { response, browserId, userId }: Asked & { readonly response: string },
): Promise<ShownPasskey | RefusedPasskey> {
  const { config, store } = context;
  const answer = readJson(response);
  const rpId = relyingPartyId(config);
  if (rpId === undefined || !isAuthentication(answer)) return refused("the browser sent an answer of a passkey");
  if (isFramed(answer)) return refused(frameRule);
  const challenge = await answeredChallenge(context, "authentication", answer, { browserId, userId });
  if (challenge === undefined) return refused(challengeRule);
  const passkey = await store.factors.findPasskey(answer.id);
  if (passkey === undefined) return refused("the passkey is known here");
  if (!isOwnedBy(passkey, userId, answer.response.userHandle)) return refused("the passkey is the person's own");
  const { userId: owner } = passkey;
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  const checked = await attempt(() =>
    verifyAuthenticationResponse({
      response: answer,
      expectedChallenge: challenge.text,
      expectedOrigin: new URL(config.issuer).origin,
      expectedRPID: rpId,
      requireUserVerification: false,
      // The count is judged below.
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, "base64url")),
        counter: 0,
      },
    }),
  );
  if ("fault" in checked || !checked.result.verified)
    return refused("the answer of the passkey is sound (WebAuthn §7.2)", { received: faultOf(checked), userId: owner });
  const { newCounter, userVerified, credentialBackedUp, credentialDeviceType } = checked.result.authenticationInfo;
  const isBackupEligible = credentialDeviceType === "multiDevice";
  // WebAuthn §7.2: "Compare currentBe and currentBs with credentialRecord.backupEligible and credentialRecord.backupState: If
  // credentialRecord.backupEligible is set, verify that currentBe is set", and where it is not, that it is not.
  if (isBackupEligible !== (passkey.isBackupEligible ?? isBackupEligible))
    return refused("the passkey can be backed up or not as when it was registered (WebAuthn §7.2)", {
      received: isBackupEligible ? "it can be backed up" : "it cannot be backed up",
      userId: owner,
      because: "backup-eligibility",
    });
  if (!isCountPlausible(passkey.signCount, newCounter, passkey.isBackedUp || isBackupEligible))
    return refused("the count of the passkey grows: there is no copy of it (WebAuthn §6.1.1)", { userId: owner });
  return {
    outcome: "shown",
    passkey: { ...passkey, isBackupEligible, isBackedUp: credentialBackedUp },
    isUserVerified: userVerified,
    proof: {
      kind: "passkey",
      id: passkey.id,
      signCount: newCounter,
      isBackupEligible,
      isBackedUp: credentialBackedUp,
      challenge: { id: challenge.id, expiresAt: challenge.expiresAt },
    },
  };
}

/**
 * RFC 8176: `hwk` for a key that stays in its hardware, `swk` for one that is copied between devices; `user` for the
 * person's touch.
 */
export const amrOfPasskey = ({ isBackedUp }: Pick<Passkey, "isBackedUp">): readonly string[] => [
  isBackedUp ? "swk" : "hwk",
  "user",
  "mfa",
];

/**
 * WebAuthn §6.1.1: a count that does not grow may mean that there is a copy. Passkeys that are synced are copies on
 * purpose, and who keeps them sends 0, as does every authenticator that does not count.
 */
const isCountPlausible = (before: number, now: number, isSynced: boolean): boolean =>
  isSynced || now > before || (now === 0 && before === 0);

/** §7.2, step 6: after the password it is that person's; alone, the authenticator itself says whose it is. */
const isOwnedBy = (passkey: Passkey, userId: UserId | undefined, userHandle: unknown): boolean =>
  userId === undefined
    ? typeof userHandle === "string" && Buffer.from(userHandle, "base64url").toString() === passkey.userId
    : passkey.userId === userId;

const challengeRule = "the challenge was made for this browser, less than five minutes ago";

/** The client data name the challenge; the library then checks that they are what was signed. */
async function answeredChallenge(
  context: Checking,
  ceremony: Ceremony,
  answer: RegistrationResponseJSON | AuthenticationResponseJSON,
  asked: Asked,
) {
  const text = memberOf(clientDataOf(answer), "challenge");
  if (typeof text !== "string") return undefined;
  const opened = await openChallenge(context, ceremony, text, asked);
  return opened && { text, ...opened };
}

const frameRule = "the page that asked for the passkey stood in no frame of another site (WebAuthn §7.1, §7.2)";

/** No page of ours may be framed: where a browser says that it was, it was not ours to begin with. */
const isFramed = (answer: RegistrationResponseJSON | AuthenticationResponseJSON): boolean =>
  memberOf(clientDataOf(answer), "crossOrigin") === true;

const clientDataOf = ({ response }: RegistrationResponseJSON | AuthenticationResponseJSON): unknown =>
  readJson(Buffer.from(response.clientDataJSON, "base64url").toString());

/**
 * The answer without what its authenticator says of itself (§6.5). Nobody asked for that (`attestation: "none"`), and to
 * check it is to follow certificates that the answer brings along: the library fetches the lists of revoked ones from
 * wherever they say.
 */
async function withoutAttestation(answer: RegistrationResponseJSON): Promise<RegistrationResponseJSON> {
  const { decodeAttestationObject, isoBase64URL, isoCBOR } = await import("@simplewebauthn/server/helpers");
  const sent = decodeAttestationObject(isoBase64URL.toBuffer(answer.response.attestationObject));
  const bare = isoCBOR.encode(
    new Map<string, string | Uint8Array | Map<string, string>>([
      ["fmt", "none"],
      ["attStmt", new Map<string, string>()],
      ["authData", sent.get("authData")],
    ]),
  );
  return { ...answer, response: { ...answer.response, attestationObject: isoBase64URL.fromBuffer(bare) } };
}

type Attempt<Result> = { readonly result: Result } | { readonly fault: string };

/** The library throws what it finds wrong. */
async function attempt<Result>(check: () => Promise<Result>): Promise<Attempt<Result>> {
  try {
    return { result: await check() };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : "unreadable" };
  }
}

const faultOf = (checked: Attempt<unknown>): string =>
  "fault" in checked ? checked.fault.slice(0, 300) : "the signature is wrong";

/** WebAuthn §5.8.4: what a browser does not know it passes over, and what it sends is not all worth keeping. */
const knownTransports: readonly string[] = ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"];

function transportsOf({ response }: RegistrationResponseJSON): readonly string[] {
  const sent: unknown = response.transports;
  return Array.isArray(sent) ? knownTransports.filter((transport) => sent.includes(transport)) : [];
}

const descriptorOf = ({ id, transports }: Passkey) => ({ type: "public-key", id, transports });

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // What is no JSON is no answer: the caller says so.
  }
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

const hasTexts = (value: unknown, names: readonly string[]): boolean =>
  names.every((name) => typeof memberOf(value, name) === "string");

/** Only what the library relies on to be there; it checks the rest. */
const isRegistration = (value: unknown): value is RegistrationResponseJSON =>
  hasTexts(value, ["id", "rawId", "type"]) &&
  hasTexts(memberOf(value, "response"), ["clientDataJSON", "attestationObject"]);

const isAuthentication = (value: unknown): value is AuthenticationResponseJSON =>
  hasTexts(value, ["id", "rawId", "type"]) &&
  hasTexts(memberOf(value, "response"), ["clientDataJSON", "authenticatorData", "signature"]);
