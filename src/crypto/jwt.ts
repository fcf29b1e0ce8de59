import { sign, verify } from "node:crypto";
import type { AssertionAlgorithm, PublicJwk } from "../model/client.ts";
import type { OpenKeys, SigningKey } from "./key-ring.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** A JWT over 16 KiB is refused before any work is done with it (RFC 8725). */
const mostCharacters = 16384;

/**
 * Signs claims as a compact JWS (RFC 7515 §7.1), at once on this thread: WebCrypto's pool is the one that hashes
 * passwords, and a signature would wait behind them.
 */
export function signJwt(key: SigningKey, type: "JWT" | "at+jwt", claims: Claims): string {
  const header = encodeJson({ alg: key.algorithm, typ: type, kid: key.kid });
  const content = `${header}.${encodeJson(claims)}`;
  return `${content}.${signature(key, Buffer.from(content)).toString("base64url")}`;
}

function signature(key: SigningKey, content: Buffer): Buffer {
  switch (key.algorithm) {
    case "EdDSA":
      return sign(null, content, key.privateKey);
    case "ES256":
      return sign("sha256", content, { key: key.privateKey, dsaEncoding: "ieee-p1363" });
    case "RS256":
      return sign("sha256", content, key.privateKey);
  }
}

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
  if (![header, payload, mac].every((part) => /^[\w-]+$/.test(part))) return undefined;
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

const isObject = (value: unknown): value is Claims => typeof value === "object" && value !== null && !Array.isArray(value);

/** The header and claims of a JWT that nobody has verified: to learn whose key to fetch, for nothing else. */
export function peekJwt(token: string): { readonly header: Claims; readonly claims: Claims } | undefined {
  const parts = token.split(".");
  const [header, payload] = parts;
  if (token.length > mostCharacters || parts.length !== 3 || header === undefined || payload === undefined) return undefined;
  const decodedHeader = decodeJson(header);
  const claims = decodeJson(payload);
  return decodedHeader && claims && { header: decodedHeader, claims };
}

/**
 * Verifies a JWT that somebody else signed, against their registered keys. Only the algorithms named are tried; `jku`,
 * `x5u` and an embedded key are never followed (RFC 8725 §3.10). Gives undefined when no key fits.
 */
export async function verifyForeignJwt(
  token: string,
  keys: readonly PublicJwk[],
  algorithms: readonly AssertionAlgorithm[],
): Promise<{ readonly header: Claims; readonly claims: Claims } | undefined> {
  if (token.length > mostCharacters) return undefined;
  // Loaded at first use: few clients authenticate this way.
  const { compactVerify, createLocalJWKSet, errors } = await import("jose");
  const keySet = createLocalJWKSet({ keys: keys.map((key) => ({ ...key })) });
  const read = (verified: { readonly payload: Uint8Array; readonly protectedHeader: object }) => {
    const claims = decodeJson(Buffer.from(verified.payload).toString("base64url"));
    return claims && { header: { ...verified.protectedHeader }, claims };
  };
  try {
    return read(await compactVerify(token, keySet, { algorithms: [...algorithms] }));
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return undefined;
    // No `kid`, several keys of the type: each has its try.
    for await (const key of error) {
      try {
        return read(await compactVerify(token, key, { algorithms: [...algorithms] }));
      } catch {
        // The next one, then.
      }
    }
    return undefined;
  }
}
