import { createPublicKey } from "node:crypto";
import { type AssertionAlgorithm, assertionAlgorithms, type PublicJwk } from "../model/client.ts";

/**
 * A client's key as it may be kept: public, strong, on its curve, and nothing but what names it. `undefined` for any
 * other value: a private or symmetric key, RSA under 2048 bits or with an exponent under 65537, an unknown curve.
 *
 * @source RFC 7517 §4; RFC 8725 §3.4; FAPI 2.0 §5.4.1
 */
export function readPublicJwk(value: unknown): PublicJwk | undefined {
  if (!isRecord(value) || privateMembers.some((member) => member in value)) return undefined;
  const { kty, kid, use, alg, key_ops: operations } = value;
  if (kid !== undefined && (typeof kid !== "string" || kid === "" || kid.length > 256)) return undefined;
  if (![use, alg].every(isShortWord) || !(operations === undefined || isListOfWords(operations))) return undefined;
  const material = keyMaterial(kty, value);
  if (material === undefined || !isStrong(material)) return undefined;
  return {
    ...material,
    ...(kid === undefined ? {} : { kid }),
    ...(use === undefined ? {} : { use }),
    ...(alg === undefined ? {} : { alg }),
    ...(operations === undefined ? {} : { key_ops: operations }),
  };
}

/** Whether signatures with the algorithm could be made with the key (RFC 8725 §3.1: a key that names one has no other). */
export function fitsAlgorithm({ kty, crv, alg, use }: PublicJwk, algorithm: AssertionAlgorithm): boolean {
  if (use !== undefined && use !== "sig") return false;
  switch (algorithm) {
    case "RS256":
    case "PS256":
      return kty === "RSA" && (alg === undefined || alg === algorithm);
    case "ES256":
      return kty === "EC" && crv === "P-256" && (alg === undefined || alg === algorithm);
    case "EdDSA":
      return kty === "OKP" && crv === "Ed25519" && (alg === undefined || alg === algorithm || alg === "Ed25519");
  }
}

/** Whether any assertion could be verified with the key. */
export const isUsableJwk = (key: PublicJwk): boolean =>
  assertionAlgorithms.some((algorithm) => fitsAlgorithm(key, algorithm));

type Material = Readonly<Record<string, string>> & { readonly kty: string };

/** The members that are the key itself (RFC 7518 §6, RFC 8037 §2). */
function keyMaterial(kty: unknown, { crv, x, y, n, e }: Readonly<Record<string, unknown>>): Material | undefined {
  if (kty === "RSA") return isBase64url(n) && isBase64url(e) ? { kty, n, e } : undefined;
  if (kty === "EC") {
    const isKnown = crv === "P-256" || crv === "P-384" || crv === "P-521";
    return isKnown && isBase64url(x) && isBase64url(y) ? { kty, crv, x, y } : undefined;
  }
  if (kty === "OKP") return crv === "Ed25519" && isBase64url(x) ? { kty, crv, x } : undefined;
  return undefined;
}

function isStrong(material: Material): boolean {
  try {
    // The library checks that the point is on the curve.
    const { asymmetricKeyDetails: details } = createPublicKey({ key: { ...material }, format: "jwk" });
    if (material.kty !== "RSA") return true;
    const { modulusLength = 0, publicExponent = 0n } = details ?? {};
    return modulusLength >= 2048 && modulusLength <= 8192 && publicExponent >= 65_537n && publicExponent % 2n === 1n;
  } catch {
    return false; // What the library does not take is no key.
  }
}

const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isBase64url = (value: unknown): value is string => typeof value === "string" && /^[\w-]{1,2000}$/.test(value);
const isShortWord = (value: unknown): boolean =>
  value === undefined || (typeof value === "string" && value.length <= 64);
const isListOfWords = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= 8 && value.every(isShortWord);
