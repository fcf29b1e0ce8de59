import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { derivedFrom } from "../derived.ts";
import { type PublicJwk, type SigningAlgorithm, signingAlgorithms } from "../model/client.ts";
import type { Actor } from "../model/event.ts";
import type { StoredKey } from "../model/key.ts";
import { type Store, StoreUnavailable } from "../store/store.ts";
import { after, type Clock, type Duration, hours, type Instant, later, milliseconds } from "../time.ts";
import { hmac } from "./hash.ts";
import {
  dueKinds,
  type KeyKind,
  keyInUse,
  keyKinds,
  keysOfKind,
  madeAhead,
  publishedBeforeUse,
} from "./key-schedule.ts";
import { KeyMaker, keyLabel } from "./new-keys.ts";
import type { Random } from "./random.ts";
import { deriveKey, keyEncryption, openKey, sealKey } from "./seal.ts";
import { selfTestKey } from "./self-test.ts";

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
  /** The same for the kinds whose key is older than `every`; meant to be asked from time to time. */
  rotateDue(every: Duration, actor: Actor): Promise<"rotated" | "not-due">;
  /** Seals a secret of a person for the database. `label` says whose it is and what for: it does not open under another. */
  sealForStore(label: string, plain: Uint8Array): string;
  /** Gives undefined when the instance secret or the label is another one, or the database was changed. */
  openFromStore(label: string, sealed: string): Buffer | undefined;
  /** Keys for one use that are in no database: derived from the instance secret. */
  readonly userCodeKey: Uint8Array;
  readonly pageKey: Uint8Array;
  readonly selfTestKey: Uint8Array;
}

/** The instance secret does not open the keys of this database. */
export class WrongInstanceSecret extends Error {
  override readonly name = "WrongInstanceSecret";
  constructor(sentence = "the instance secret does not open the keys of this database") {
    super(sentence);
  }
}

/** Whether the secret opens all of these keys. */
export function opensKeys(
  instanceSecret: string,
  keys: readonly Pick<StoredKey, "purpose" | "algorithm" | "sealed">[],
): boolean {
  const keyEncryptionKey = deriveKey(instanceSecret, "key encryption");
  return keys.every((key) => openKey(keyEncryptionKey, keyLabel(key), key.sealed) !== undefined);
}

interface KeyRingOptions {
  readonly store: Pick<Store, "keys" | "lastCommitBeforeOpening">;
  readonly clock: Clock;
  readonly random: Random;
  readonly instanceSecret: string;
  readonly lifetimes: KeyLifetimes;
}

export function keyRing({ store, clock, random, instanceSecret, lifetimes }: KeyRingOptions): KeyRing {
  const keyEncryptionKey = deriveKey(instanceSecret, keyEncryption);
  let opened: OpenKeys | undefined;
  let complete: Promise<void> = Promise.resolve();

  const maker = new KeyMaker(random, keyEncryptionKey);

  const unseal = (key: StoredKey): Buffer => {
    const plain = openKey(keyEncryptionKey, keyLabel(key), key.sealed);
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

  const open = derivedFrom(store.keys.revision, async (revision): Promise<OpenKeys> => {
    if (opened?.revision !== revision) opened = openAll(revision, await store.keys.list());
    return opened;
  });

  const symmetric = (stored: OpenKeys["stored"], kind: KeyKind, opened: ReadonlyMap<number, SymmetricKey>) => {
    const key = keyInUse(stored, kind, clock.now());
    const found = key && opened.get(key.number);
    if (found === undefined) throw new Error(`there is no ${kind.purpose} key`);
    return found;
  };

  const signingOrNone = async (algorithm: SigningAlgorithm): Promise<SigningKey | undefined> => {
    const keys = await open();
    const key = keyInUse(keys.stored, { purpose: "signing", algorithm }, clock.now());
    return key?.publicJwk?.kid === undefined ? undefined : keys.signingByKid.get(key.publicJwk.kid);
  };

  const has = (keys: OpenKeys, kind: KeyKind) => keysOfKind(keys.stored, kind).length > 0;

  /** When nothing can be alive any more that is made with a key until `end`. */
  const retiredAt = ({ purpose }: KeyKind, end: Instant) => {
    // On a clock that was set back, what was made before it is younger than it seems.
    const last = later(end, store.lastCommitBeforeOpening ?? end);
    return after(after(last, lifetimes[purpose]), margin);
  };

  /** One new key of each of these kinds, in one step; signing keys sign after `ahead`. */
  const rotateKinds = async (
    kinds: readonly KeyKind[],
    ahead: (kind: KeyKind) => Duration,
    actor: Actor,
  ): Promise<"rotated" | "changed"> => {
    // Opened first: keys sealed under another secret than the rest would stop the server at its next start.
    const { revision } = await open();
    const now = clock.now();
    const rotated = await Promise.all(
      kinds.map(async (kind) => {
        const activeFrom = after(now, ahead(kind));
        return { key: await maker.of(kind, now, activeFrom), retireOthersAt: retiredAt(kind, activeFrom) };
      }),
    );
    return store.keys.rotate({ rotated, seen: revision, event: { at: now, name: "key.rotated", actor } });
  };

  /**
   * Signing keys that came of age while the server was down wait anew: nobody could see them in the meantime, and who has
   * the key set from before must get the chance.
   */
  const publishBeforeUse = async () => {
    const seenUntil = store.lastCommitBeforeOpening;
    const { stored } = await open();
    const now = clock.now();
    const activeFrom = after(now, publishedBeforeUse);
    for (const kind of keyKinds.filter(({ purpose }) => purpose === "signing")) {
      const [, ...others] = keysOfKind(stored, kind);
      for (const { number, activeFrom: planned } of others) {
        if (seenUntil !== undefined && planned > seenUntil && planned < activeFrom)
          await store.keys.delay({ number, activeFrom, keepOthersUntil: retiredAt(kind, activeFrom) });
      }
    }
  };

  return {
    open,
    sealForStore: (label, plain) => sealKey(keyEncryptionKey, storeLabel(label), random.bytes(12), plain),
    openFromStore: (label, sealed) => openKey(keyEncryptionKey, storeLabel(label), sealed),
    userCodeKey: deriveKey(instanceSecret, "user codes"),
    pageKey: deriveKey(instanceSecret, "pages"),
    selfTestKey: selfTestKey(instanceSecret),
    sealing: async () => {
      const { stored, sealingByNumber } = await open();
      return symmetric(stored, sealingKind, sealingByNumber);
    },
    derivation: async () => {
      const { stored, derivationByNumber } = await open();
      return symmetric(stored, derivationKind, derivationByNumber);
    },
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
      if (signingAlgorithms.every((algorithm) => has(keys, { purpose: "signing", algorithm }))) return keys.jwks;
      await complete;
      return (await open()).jwks;
    },
    ensure: async () => {
      const keys = await open();
      const now = clock.now();
      const missing = keyKinds.filter((kind) => !has(keys, kind));
      const make = async (kinds: readonly KeyKind[]) => {
        const made = await Promise.all(kinds.map((kind) => maker.of(kind, now, now)));
        if (made.length > 0) await store.keys.addMissing({ keys: made });
      };
      await make(missing.filter((kind) => !isSlow(kind)));
      if (missing.some(isSlow)) {
        complete = make(missing.filter(isSlow));
        // Who waits for it hears of a failure; nobody else need.
        complete.catch(() => undefined);
      }
      await publishBeforeUse();
      return { complete };
    },
    rotate: async (actor) => {
      const ahead = ({ purpose }: KeyKind) => (purpose === "signing" ? publishedBeforeUse : milliseconds(0));
      for (let tries = 0; tries < 3; tries += 1) {
        if ((await rotateKinds(keyKinds, ahead, actor)) === "rotated") return;
      }
      throw new StoreUnavailable("the keys change all the time");
    },
    rotateDue: async (every, actor) => {
      const due = dueKinds((await open()).stored, clock.now(), every);
      if (due.length === 0) return "not-due";
      // Where another process was faster, the next look tells what is left to do.
      const outcome = await rotateKinds(due, (kind) => madeAhead(kind, every), actor);
      return outcome === "rotated" ? "rotated" : "not-due";
    },
  };
}

const sealingKind: KeyKind = { purpose: "sealing", algorithm: "A256GCM" };
const derivationKind: KeyKind = { purpose: "derivation", algorithm: "HS256" };
const isSlow = ({ algorithm }: KeyKind) => algorithm === "RS256";
/** Kept so much longer than the longest of its tokens lives. */
const margin = hours(1);

/** None of them is the label of a key. */
export const storeLabel = (label: string) => `store ${label}`;

/** A MAC over the pieces, for page state and refresh tokens. */
export const macOf = (key: Uint8Array, ...pieces: readonly string[]) => hmac(key, pieces.join("\0"));
