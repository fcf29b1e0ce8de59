import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { PublicJwk } from "../../src/model/client.ts";
import { numericDate } from "../../src/time.ts";
import type { TestServer } from "./server.ts";

export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

type Algorithm = "ES256" | "RS256" | "PS256" | "EdDSA" | "Ed25519";

export interface ClientKey {
  readonly algorithm: Algorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: PublicJwk;
}

export function clientKey(algorithm: Algorithm = "ES256", kid?: string, bits = 2048): ClientKey {
  const { privateKey, publicKey } =
    algorithm === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : algorithm.startsWith("Ed")
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("rsa", { modulusLength: bits });
  const { kty = "", ...members } = publicKey.export({ format: "jwk" });
  return { algorithm, privateKey, publicKey, jwk: { kty, ...members, ...(kid === undefined ? {} : { kid }) } };
}

export const encode = (part: unknown): string =>
  Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");

/** Signs a header and claims; either may be a text, to be sent as it is. */
export function signedWith({ algorithm, privateKey }: ClientKey, header: unknown, claims: unknown): string {
  const content = `${encode(header)}.${encode(claims)}`;
  const octets = Buffer.from(content);
  const digest = algorithm.startsWith("Ed") ? null : "sha256";
  const options = {
    key: privateKey,
    dsaEncoding: "ieee-p1363",
    ...(algorithm === "PS256" ? { padding: 6, saltLength: 32 } : {}),
  } as const;
  return `${content}.${sign(digest, octets, options).toString("base64url")}`;
}

export const hmacSigned = (secret: string | Buffer, header: unknown, claims: unknown): string => {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
};

/** Claims as RFC 7523bis §4 wants them. */
export const claimsOf = ({ issuer, context }: TestServer, id: string, changes: Record<string, unknown> = {}) => ({
  iss: id,
  sub: id,
  aud: issuer,
  jti: crypto.randomUUID(),
  iat: numericDate(context.clock.now()),
  exp: numericDate(context.clock.now()) + 60,
  ...changes,
});

/** A client assertion that is accepted, but for the changes. */
export const assertion = (
  server: TestServer,
  id: string,
  key: ClientKey,
  changes: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): string =>
  signedWith(
    key,
    { alg: key.algorithm, ...(key.jwk.kid === undefined ? {} : { kid: key.jwk.kid }), ...header },
    claimsOf(server, id, changes),
  );
