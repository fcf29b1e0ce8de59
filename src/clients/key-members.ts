import type { Config } from "../config/load.ts";
import { fitsAlgorithm, isUsableJwk, readPublicJwk } from "../crypto/public-jwk.ts";
import {
  assertionAlgorithms,
  type ClientAuthenticationMethod,
  type ClientMetadata,
  type PublicJwk,
} from "../model/client.ts";
import type { JsonObject } from "../rules/json.ts";
import { outboundAllowance, outboundTarget } from "../rules/outbound-address.ts";
import { metadataRefused, optional, readObject, readString, readWord } from "./members.ts";

type KeyMembers = Pick<ClientMetadata, "jwks" | "jwks_uri" | "token_endpoint_auth_signing_alg">;

const mostKeys = 10;

/** RFC 7591 §2: keys come inline or from an address, never both; RFC 7523: who signs has some, and one that fits. */
export function readKeyMembers(
  json: JsonObject,
  method: ClientAuthenticationMethod,
  config: Pick<Config, "outboundAllow">,
): KeyMembers {
  const algorithm = readWord(json, "token_endpoint_auth_signing_alg", assertionAlgorithms);
  const keys = readKeys(json);
  const address = readString(json, "jwks_uri", 2048);
  if (keys !== undefined && address !== undefined) throw metadataRefused("jwks", "and jwks_uri exclude each other");
  // What the host resolves to is looked at when the keys are fetched, which is when they are needed.
  if (address !== undefined && outboundTarget(address, outboundAllowance(config.outboundAllow)) === undefined) {
    throw metadataRefused("jwks_uri", "is not an https address that may be fetched");
  }
  if (method === "private_key_jwt" && keys === undefined && address === undefined) {
    throw metadataRefused("jwks", "or jwks_uri is needed to authenticate with private_key_jwt");
  }
  if (method === "private_key_jwt" || algorithm !== undefined) {
    const fits = (key: PublicJwk) => (algorithm === undefined ? isUsableJwk(key) : fitsAlgorithm(key, algorithm));
    if (keys?.some(fits) === false) throw metadataRefused("jwks", "has no key that fits the signing algorithm");
  }
  return {
    ...optional("jwks", keys && { keys }),
    ...optional("jwks_uri", address),
    ...optional("token_endpoint_auth_signing_alg", algorithm),
  };
}

function readKeys(json: JsonObject): readonly PublicJwk[] | undefined {
  const set = readObject(json, "jwks");
  if (set === undefined) return undefined;
  const { keys } = set;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > mostKeys) {
    throw metadataRefused("jwks", `does not have 1 to ${mostKeys} keys`);
  }
  const read = keys.map((key, index) => {
    const jwk = readPublicJwk(key);
    if (jwk === undefined) throw metadataRefused(`jwks.keys[${index}]`, "is not a public key that may be used");
    return jwk;
  });
  const ids = read.flatMap(({ kid }) => kid ?? []);
  if (new Set(ids).size < ids.length) throw metadataRefused("jwks", "has a kid twice");
  return read;
}
