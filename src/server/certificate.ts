import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Config } from "../config/load.ts";
import { ListenFault } from "./listen-fault.ts";

type Files = NonNullable<Config["tls"]>;

/** A certificate chain and its private key, in PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/**
 * Reads the pair, and checks that its halves belong together before anything is swapped for it.
 *
 * @throws ListenFault
 */
export function readKeyPair({ certFile, keyFile }: Files): KeyPair {
  let fits: boolean;
  let pair: KeyPair;
  try {
    pair = { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
    fits = new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key));
  } catch (error) {
    throw new ListenFault(`the certificate ${certFile} or its key ${keyFile} cannot be read`, { cause: error });
  }
  if (!fits) throw new ListenFault(`the key ${keyFile} does not belong to the certificate ${certFile}`);
  return pair;
}
