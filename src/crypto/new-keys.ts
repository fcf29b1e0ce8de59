import { generateKeyPair, generateKeyPairSync, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { PublicJwk, SigningAlgorithm } from "../model/client.ts";
import type { StoredKey } from "../model/key.ts";
import type { Instant } from "../time.ts";
import type { KeyKind } from "./key-schedule.ts";
import type { Random } from "./random.ts";
import { sealKey } from "./seal.ts";

type NewKey = Omit<StoredKey, "number">;

/** What a key is sealed for: it does not open as one of another kind. */
export const keyLabel = ({ purpose, algorithm }: KeyKind) => `${purpose} ${algorithm}`;

/** Makes keys and seals them for the store. */
export class KeyMaker {
  readonly #random: Random;
  readonly #keyEncryptionKey: Uint8Array;

  constructor(random: Random, keyEncryptionKey: Uint8Array) {
    this.#random = random;
    this.#keyEncryptionKey = keyEncryptionKey;
  }

  async of(kind: KeyKind, now: Instant, activeFrom: Instant): Promise<NewKey> {
    const { purpose, algorithm } = kind;
    const times = { createdAt: now, activeFrom };
    if (algorithm === "A256GCM" || algorithm === "HS256")
      return { purpose, algorithm, sealed: this.#seal(kind, this.#random.bytes(32)), ...times };
    const pair = await newPair(algorithm);
    const kid = Buffer.from(this.#random.bytes(9)).toString("base64url");
    const { kty, crv, x, y, n, e } = pair.publicKey.export({ format: "jwk" });
    const publicJwk: PublicJwk = JSON.parse(JSON.stringify({ kty, use: "sig", alg: algorithm, kid, crv, x, y, n, e }));
    const sealed = this.#seal(kind, pair.privateKey.export({ format: "der", type: "pkcs8" }));
    return { purpose, algorithm, sealed, publicJwk, ...times };
  }

  #seal(kind: KeyKind, plain: Uint8Array): string {
    return sealKey(this.#keyEncryptionKey, keyLabel(kind), this.#random.bytes(12), plain);
  }
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

async function newPair(algorithm: SigningAlgorithm): Promise<KeyPair> {
  switch (algorithm) {
    case "RS256":
      // On a thread of its own: 60 ms here, seconds on a small board. The others take less than one.
      return promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
    case "ES256":
      return generateKeyPairSync("ec", { namedCurve: "P-256" });
    case "EdDSA":
      return generateKeyPairSync("ed25519");
  }
}
