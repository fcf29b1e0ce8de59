import { generateKeyPairSync, sign } from "node:crypto";

export interface TestCertificate {
  /** PEM; being its own issuer, it is also the authority to trust. */
  readonly cert: string;
  readonly key: string;
}

/** A self-signed certificate for one host name (RFC 5280 §4.1), good for `days` from a day ago. */
export function certificateFor(host: string, days = 365): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(set(sequence(oid("550403"), tagged(0x0c, Buffer.from(host)))));
  const start = Date.now() - 86_400_000;
  const validity = sequence(time(start), time(start + days * 86_400_000));
  const algorithm = sequence(oid("2a8648ce3d040302"));
  const alternativeNames = sequence(oid("551d11"), tagged(0x04, sequence(tagged(0x82, Buffer.from(host)))));
  const toSign = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([1, ...crypto.getRandomValues(new Uint8Array(8))])),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ format: "der", type: "spki" }),
    tagged(0xa3, sequence(alternativeNames)),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", toSign, privateKey)]));
  const der = sequence(toSign, algorithm, signature);
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

const tagged = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
const set = (content: Buffer): Buffer => tagged(0x31, content);
const oid = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, "hex"));
const time = (at: number): Buffer => tagged(0x18, Buffer.from(new Date(at).toISOString().replace(/[-:T]|\.\d+/g, "")));

function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  return length < 0x100 ? Buffer.from([0x81, length]) : Buffer.from([0x82, length >> 8, length & 0xff]);
}
