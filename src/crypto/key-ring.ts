import { createPrivateKey, createPublicKey, generateKeyPair, generateKeyPairSync, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { type PublicJwk, type SigningAlgorithm, signingAlgorithms } from "../model/client.ts";
import type { Actor } from "../model/event.ts";
import type { StoredKey } from "../model/key.ts";
import { type Store, StoreUnavailable } from "../store/store.ts";
import { after, type Clock, type Duration, hours, type Instant, minutes } from "../time.ts";
import { hmac } from "./hash.ts";
import type { Random } from "./random.ts";
import { deriveKey, openKey, sealKey } from "./seal.ts";

/** A new signing key is published this long before it signs: twice the max-age of JWKS (OIDC Core §10.1.1). */
const publishedBeforeUse = minutes(10);

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface SymmetricKey {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** The keys of one revision, opened. */
export interface OpenKeys {
  readonly revision: number;
  readonly signingByKid: ReadonlyMap<string, SigningKey>;
  readonly sealingByNumber: ReadonlyMap<number, SymmetricKey>;
  readonly derivationByNumber: ReadonlyMap<number, SymmetricKey>;
  /** RFC 7517 §5: public keys alone. */
  readonly jwks: readonly PublicJwk[];
  readonly stored: readonly StoredKey[];
}

/** The longest that something made with each kind of key may live: so long the key is kept. */
export interface KeyLifetimes {
  readonly signing: Duration;
  readonly sealing: Duration;
  readonly derivation: Duration;
}

export interface KeyRing {
  /** The keys as the store has them now. Cheap: the store is asked for its revision, and read when that has changed. */
  open(): Promise<OpenKeys>;
  /** The key that signs now. The first RS256 signature waits until there is such a key. */
  signing(algorithm: SigningAlgorithm): Promise<SigningKey>;
  sealing(): Promise<SymmetricKey>;
  derivation(): Promise<SymmetricKey>;
  /** JWKS once all algorithms are there. */
  jwks(): Promise<readonly PublicJwk[]>;
  /** Makes what is missing. RSA takes a while and is made off this thread: `complete` resolves with it. */
  ensure(): Promise<{ readonly complete: Promise<void> }>;
  /** New keys of every kind; the old ones stay until nothing made with them can be alive. */
  rotate(actor: Actor): Promise<void>;
  /** Seals a secret of a person for the database. `label` says whose it is and what for: it does not open under another. */
  sealForStore(label: string, plain: Uint8Array): string;
  /** Gives undefined when the instance secret or the label is another one, or the database was changed. */
  openFromStore(label: string, sealed: string): Buffer | undefined;
  /** Keys for one use that are in no database: derived from the instance secret. */
  readonly userCodeKey: Uint8Array;
  readonly pageKey: Uint8Array;
}

/** The instance secret does not open the keys of this database. */
export class WrongInstanceSecret extends Error {
  override readonly name = "WrongInstanceSecret";
  constructor() {
    super("the instance secret does not open the keys of this database");
  }
}

/** Whether the secret opens all of these keys. */
export function opensKeys(
  instanceSecret: string,
  keys: readonly Pick<StoredKey, "purpose" | "algorithm" | "sealed">[],
): boolean {
  const keyEncryptionKey = deriveKey(instanceSecret, "key encryption");
  return keys.every((key) => openKey(keyEncryptionKey, labelOf(key), key.sealed) !== undefined);
}

const labelOf = ({ purpose, algorithm }: Pick<StoredKey, "purpose" | "algorithm">) => `${purpose} ${algorithm}`;

interface KeyRingOptions {
  readonly store: Pick<Store, "keys">;
  readonly clock: Clock;
  readonly random: Random;
  readonly instanceSecret: string;
  readonly lifetimes: KeyLifetimes;
}

export function keyRing({ store, clock, random, instanceSecret, lifetimes }: KeyRingOptions): KeyRing {
  const keyEncryptionKey = deriveKey(instanceSecret, "key encryption");
  let opened: OpenKeys | undefined;
  let complete: Promise<void> = Promise.resolve();

  const seal = (key: Pick<StoredKey, "purpose" | "algorithm">, plain: Uint8Array) =>
    sealKey(keyEncryptionKey, labelOf(key), random.bytes(12), plain);

  const newSymmetricKey = (purpose: "sealing" | "derivation", now: Instant): Omit<StoredKey, "number"> => {
    const algorithm = purpose === "sealing" ? "A256GCM" : "HS256";
    return {
      purpose,
      algorithm,
      sealed: seal({ purpose, algorithm }, random.bytes(32)),
      createdAt: now,
      activeFrom: now,
    };
  };

  const newSigningKey = (
    algorithm: SigningAlgorithm,
    pair: KeyPair,
    now: Instant,
    activeFrom: Instant,
  ): Omit<StoredKey, "number"> => {
    const kid = Buffer.from(random.bytes(9)).toString("base64url");
    const { kty, crv, x, y, n, e } = pair.publicKey.export({ format: "jwk" });
    const publicJwk: PublicJwk = JSON.parse(JSON.stringify({ kty, use: "sig", alg: algorithm, kid, crv, x, y, n, e }));
    const plain = pair.privateKey.export({ format: "der", type: "pkcs8" });
    return {
      purpose: "signing",
      algorithm,
      sealed: seal({ purpose: "signing", algorithm }, plain),
      publicJwk,
      createdAt: now,
      activeFrom,
    };
  };

  const unseal = (key: StoredKey): Buffer => {
    const plain = openKey(keyEncryptionKey, labelOf(key), key.sealed);
    if (plain === undefined) throw new WrongInstanceSecret();
    return plain;
  };

  const openAll = (revision: number, stored: readonly StoredKey[]): OpenKeys => {
    const signingByKid = new Map<string, SigningKey>();
    const sealingByNumber = new Map<number, SymmetricKey>();
    const derivationByNumber = new Map<number, SymmetricKey>();
    const jwks: PublicJwk[] = [];
    for (const key of stored) {
      const { number, purpose } = key;
      if (purpose === "sealing") sealingByNumber.set(number, { number, bytes: unseal(key) });
      else if (purpose === "derivation") derivationByNumber.set(number, { number, bytes: unseal(key) });
      else {
        const kid = key.publicJwk?.kid;
        const algorithm = signingAlgorithms.find((known) => known === key.algorithm);
        if (kid === undefined || algorithm === undefined || key.publicJwk === undefined) continue;
        const privateKey = createPrivateKey({ key: unseal(key), format: "der", type: "pkcs8" });
        signingByKid.set(kid, { kid, algorithm, privateKey, publicKey: createPublicKey(privateKey) });
        jwks.push(key.publicJwk);
      }
    }
    return { revision, signingByKid, sealingByNumber, derivationByNumber, jwks, stored };
  };

  const open = async (): Promise<OpenKeys> => {
    const revision = await store.keys.revision();
    if (opened?.revision !== revision) opened = openAll(revision, await store.keys.list());
    return opened;
  };

  /** The newest that may be used; on a clock that went back before all of them, the oldest. */
  const current = (keys: OpenKeys, wanted: (key: StoredKey) => boolean): StoredKey | undefined => {
    const now = clock.now();
    const candidates = keys.stored.filter(wanted);
    return candidates.findLast((key) => key.activeFrom <= now) ?? candidates[0];
  };

  const symmetric = async (purpose: "sealing" | "derivation"): Promise<SymmetricKey> => {
    const keys = await open();
    const key = current(keys, (candidate) => candidate.purpose === purpose);
    const found = key && (purpose === "sealing" ? keys.sealingByNumber : keys.derivationByNumber).get(key.number);
    if (found === undefined) throw new Error(`there is no ${purpose} key`);
    return found;
  };

  const signingOrNone = async (algorithm: SigningAlgorithm): Promise<SigningKey | undefined> => {
    const keys = await open();
    const key = current(keys, (candidate) => candidate.purpose === "signing" && candidate.algorithm === algorithm);
    return key?.publicJwk?.kid === undefined ? undefined : keys.signingByKid.get(key.publicJwk.kid);
  };

  const has = (keys: OpenKeys, purpose: StoredKey["purpose"], algorithm: StoredKey["algorithm"]) =>
    keys.stored.some((key) => key.purpose === purpose && key.algorithm === algorithm);

  return {
    open,
    sealForStore: (label, plain) => sealKey(keyEncryptionKey, storeLabel(label), random.bytes(12), plain),
    openFromStore: (label, sealed) => openKey(keyEncryptionKey, storeLabel(label), sealed),
    userCodeKey: deriveKey(instanceSecret, "user codes"),
    pageKey: deriveKey(instanceSecret, "pages"),
    sealing: () => symmetric("sealing"),
    derivation: () => symmetric("derivation"),
    signing: async (algorithm) => {
      const ready = await signingOrNone(algorithm);
      if (ready !== undefined) return ready;
      await complete;
      const made = await signingOrNone(algorithm);
      if (made === undefined) throw new Error(`there is no ${algorithm} key`);
      return made;
    },
    jwks: async () => {
      const keys = await open().catch((error: unknown) => {
        // What is public already is told while the disk fails: others can go on to verify what they hold.
        if (error instanceof StoreUnavailable && opened !== undefined) return opened;
        throw error;
      });
      if (signingAlgorithms.every((algorithm) => has(keys, "signing", algorithm))) return keys.jwks;
      await complete;
      return (await open()).jwks;
    },
    ensure: async () => {
      const keys = await open();
      const now = clock.now();
      const quick: Omit<StoredKey, "number">[] = [];
      if (!has(keys, "sealing", "A256GCM")) quick.push(newSymmetricKey("sealing", now));
      if (!has(keys, "derivation", "HS256")) quick.push(newSymmetricKey("derivation", now));
      for (const algorithm of ["ES256", "EdDSA"] as const) {
        if (!has(keys, "signing", algorithm)) quick.push(newSigningKey(algorithm, quickPair(algorithm), now, now));
      }
      if (quick.length > 0) await store.keys.add({ keys: quick, retireOthersAt: undefined, onlyIfMissing: true });
      if (!has(keys, "signing", "RS256")) {
        complete = rsaPair().then(async (pair) => {
          await store.keys.add({
            keys: [newSigningKey("RS256", pair, now, now)],
            retireOthersAt: undefined,
            onlyIfMissing: true,
          });
        });
        // Who waits for it hears of a failure; nobody else need.
        complete.catch(() => undefined);
      }
      return { complete };
    },
    rotate: async (actor) => {
      const now = clock.now();
      const activeFrom = after(now, publishedBeforeUse);
      const pairs = { RS256: await rsaPair(), ES256: quickPair("ES256"), EdDSA: quickPair("EdDSA") };
      const margin = hours(1);
      const event = { at: now, name: "key.rotated", actor } as const;
      await store.keys.add({
        keys: signingAlgorithms.map((algorithm) => newSigningKey(algorithm, pairs[algorithm], now, activeFrom)),
        retireOthersAt: after(after(activeFrom, lifetimes.signing), margin),
        onlyIfMissing: false,
        event,
      });
      await store.keys.add({
        keys: [newSymmetricKey("sealing", now)],
        retireOthersAt: after(after(now, lifetimes.sealing), margin),
        onlyIfMissing: false,
      });
      await store.keys.add({
        keys: [newSymmetricKey("derivation", now)],
        retireOthersAt: after(after(now, lifetimes.derivation), margin),
        onlyIfMissing: false,
      });
    },
  };
}

/** None of them is the label of a key. */
const storeLabel = (label: string) => `store ${label}`;

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const quickPair = (algorithm: "ES256" | "EdDSA"): KeyPair =>
  algorithm === "ES256" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("ed25519");

/** On a thread of its own: 60 ms here, seconds on a small board. */
const rsaPair = (): Promise<KeyPair> => promisify(generateKeyPair)("rsa", { modulusLength: 2048 });

/** A MAC over the pieces, for page state and refresh tokens. */
export const macOf = (key: Uint8Array, ...pieces: readonly string[]) => hmac(key, pieces.join("\0"));
