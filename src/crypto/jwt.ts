import { type KeyObject, sign, verify } from "node:crypto";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import type { JWK } from "jose";
import type { AssertionAlgorithm, PublicJwk } from "../model/client.ts";
import type { OpenKeys, SigningKey } from "./key-ring.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** A JWT over 16 KiB is refused before any work is done with it (RFC 8725). */
const mostCharacters = 16384;

/** Signs claims as a compact JWS (RFC 7515 §7.1). */
export async function signJwt(key: SigningKey, type: "JWT" | "at+jwt", claims: Claims): Promise<string> {
  const header = encodeJson({ alg: key.algorithm, typ: type, kid: key.kid });
  const content = `${header}.${encodeJson(claims)}`;
  return `${content}.${(await signature(key, Buffer.from(content))).toString("base64url")}`;
}

/** The pool of threads that hashes passwords leaves one free where there are several (password.ts). */
const hasFreeThread = availableParallelism() > 1;

/**
 * Short ones at once: to hand them over takes as long. RSA takes half a millisecond, in which others are answered; not
 * where it would wait behind passwords.
 */
function signature(key: SigningKey, content: Buffer): Buffer | Promise<Buffer> {
  switch (key.algorithm) {
    case "EdDSA":
      return sign(null, content, key.privateKey);
    case "ES256":
      return sign("sha256", content, { key: key.privateKey, dsaEncoding: "ieee-p1363" });
    case "RS256":
      return hasFreeThread ? signElsewhere("sha256", content, key.privateKey) : sign("sha256", content, key.privateKey);
  }
}

const signElsewhere = promisify<string, Buffer, KeyObject, Buffer>(sign);

const encodeJson = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

export interface OwnJwt {
  readonly type: string;
  readonly claims: Claims;
}

/**
 * Reads a JWT that Postern signed: the signature by a key that is still kept, with that key's own algorithm (RFC 8725
 * §3.1). Times and meaning are for the caller to judge. Gives undefined for anything else.
 */
export function readOwnJwt(keys: OpenKeys, token: string): OwnJwt | undefined {
  if (token.length > mostCharacters) return undefined;
  const [header, payload, mac, ...rest] = token.split(".");
  if (header === undefined || payload === undefined || mac === undefined || rest.length > 0) return undefined;
  if (![header, payload, mac].every(isBase64url)) return undefined;
  const { alg, typ, kid, crit } = decodeJson(header) ?? {};
  if (crit !== undefined || typeof kid !== "string" || typeof typ !== "string") return undefined;
  const key = keys.signingByKid.get(kid);
  if (key === undefined || alg !== key.algorithm) return undefined;
  if (!isSignedBy(key, Buffer.from(`${header}.${payload}`), Buffer.from(mac, "base64url"))) return undefined;
  const claims = decodeJson(payload);
  return claims && { type: typ, claims };
}

function isSignedBy(key: SigningKey, content: Buffer, mac: Buffer): boolean {
  switch (key.algorithm) {
    case "EdDSA":
      return verify(null, content, key.publicKey, mac);
    case "ES256":
      return verify("sha256", content, { key: key.publicKey, dsaEncoding: "ieee-p1363" }, mac);
    case "RS256":
      return verify("sha256", content, key.publicKey, mac);
  }
}

function decodeJson(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Buffer skips what is not base64url: only what encodes back to the same text is what was signed. */
const isBase64url = (part: string) => part !== "" && Buffer.from(part, "base64url").toString("base64url") === part;

const isObject = (value: unknown): value is Claims =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Whether a JWT was signed with one of the registered keys of whoever claims to have signed it, by the algorithm given,
 * which is the one in its header. `jku`, `x5u` and an embedded key are never followed (RFC 8725 §3.10).
 */
export async function isSignedByForeignKey(
  token: string,
  keys: readonly PublicJwk[],
  algorithm: AssertionAlgorithm,
): Promise<boolean> {
  if (token.length > mostCharacters) return false;
  // Loaded at first use: few clients authenticate this way.
  const { compactVerify, importJWK } = await import("jose");
  // RFC 9864 §2.2: Ed25519 is the other name of what EdDSA means here.
  const algorithms = algorithm === "EdDSA" ? ["EdDSA", "Ed25519"] : [algorithm];
  for (const { kty, crv, x, y, n, e } of keys) {
    try {
      const key: JWK = JSON.parse(JSON.stringify({ kty, crv, x, y, n, e }));
      await compactVerify(token, await importJWK(key, algorithm), { algorithms });
      return true;
    } catch {
      // The next one, then.
    }
  }
  return false;
}
