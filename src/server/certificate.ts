import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Config } from "../config/load.ts";
import { CertificateFault } from "./listen-fault.ts";

type Files = NonNullable<Config["tls"]>;

/** A certificate chain and its private key, in PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/**
 * Reads the pair, and checks that its halves belong together before anything is swapped for it.
 *
 * @throws CertificateFault
 */
export function readKeyPair({ certFile, keyFile }: Files): KeyPair {
  const pair = { cert: contentOf(certFile), key: contentOf(keyFile) };
  const certificate = parsed(() => new X509Certificate(pair.cert), `${certFile} holds no certificate in PEM`);
  const key = parsed(() => createPrivateKey(pair.key), `${keyFile} holds no private key in PEM, or a locked one`);
  if (!certificate.checkPrivateKey(key))
    throw new CertificateFault(`the key ${keyFile} does not belong to the certificate ${certFile}`);
  return pair;
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new CertificateFault(`${path} cannot be read${code}`, { cause: error });
  }
}

function parsed<Parsed>(parse: () => Parsed, otherwise: string): Parsed {
  try {
    return parse();
  } catch (error) {
    throw new CertificateFault(otherwise, { cause: error });
  }
}
