import { checkedFraming, type Framing, sealedFraming } from "../crypto/frames.ts";
import { isAffordable, keyOfPassphrase, type PassphraseCost, passphraseCost } from "../crypto/passphrase.ts";
import type { Random } from "../crypto/random.ts";
import { fromIsoTime, type Instant, isoTime } from "../time.ts";

// A backup is one file: a line that names the format and its version, a line of JSON that says how the rest is to be
// read, and frames. A frame is a byte (1 for the last, else 0), the length of its body (4 bytes, big-endian), the body,
// and its proof (crypto/frames.ts), which covers both lines, too. The first frame holds the contents as JSON, the others the
// database. docs/operations.md tells the same to people.

/** The backup cannot be made or read, in one sentence for its operator. */
export class BackupFault extends Error {
  override readonly name = "BackupFault";
}

export const signature = "postern-backup";
const formatVersion = 1;
export const frameHeadBytes = 5;
/** A frame is at most that long; so much is in memory at once. */
export const frameBytes = 128 * 1024;
export const mostHeadBytes = 2048;

/** What can be read without a passphrase. */
export interface Head {
  readonly createdAt: Instant;
  /** The version of Postern that made it. */
  readonly madeBy: string;
  readonly encryption: Encryption | undefined;
}

interface Encryption extends PassphraseCost {
  readonly salt: Uint8Array;
}

/** The first frame. */
export interface Contents {
  readonly instanceSecret: string;
  readonly issuer: string;
  readonly databaseBytes: number;
}

export const newEncryption = (random: Random): Encryption => ({ ...passphraseCost, salt: random.bytes(16) });

export function headText({ createdAt, madeBy, encryption }: Head): string {
  const json = {
    created_at: isoTime(createdAt),
    postern: madeBy,
    encryption:
      encryption === undefined
        ? null
        : {
            cipher: "AES-256-GCM",
            kdf: "scrypt",
            ...encryption,
            salt: Buffer.from(encryption.salt).toString("base64url"),
          },
  };
  return `${signature} ${formatVersion}\n${JSON.stringify(json)}\n`;
}

/** @throws BackupFault */
export function parseHead(text: string): Head {
  const [first = "", second = ""] = text.split("\n");
  const version = /^postern-backup (\d{1,6})$/.exec(first)?.[1];
  if (version === undefined) throw new BackupFault("it is no backup of postern");
  if (Number(version) !== formatVersion) throw new BackupFault("it was made by a newer version of postern");
  const head = objectIn(second);
  const createdAt = typeof head?.created_at === "string" ? fromIsoTime(head.created_at) : undefined;
  if (head === undefined || createdAt === undefined || typeof head.postern !== "string") throw damaged("its head");
  return { createdAt, madeBy: head.postern, encryption: encryptionIn(head.encryption) };
}

function encryptionIn(value: unknown): Encryption | undefined {
  if (value === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = typeof value === "object" ? { ...value } : {};
  const { cipher, kdf, n, r, p, salt } = fields;
  if (typeof n !== "number" || typeof r !== "number" || typeof p !== "number" || typeof salt !== "string")
    throw damaged("its head");
  if (cipher !== "AES-256-GCM" || kdf !== "scrypt" || !isAffordable({ n, r, p })) throw damaged("its head");
  return { n, r, p, salt: Buffer.from(salt, "base64url") };
}

export const contentsText = ({ instanceSecret, issuer, databaseBytes }: Contents): string =>
  JSON.stringify({ instance_secret: instanceSecret, issuer, database_bytes: databaseBytes });

/** @throws BackupFault */
export function parseContents(text: string): Contents {
  const { instance_secret: instanceSecret, issuer, database_bytes: databaseBytes } = objectIn(text) ?? {};
  if (typeof instanceSecret !== "string" || typeof issuer !== "string" || typeof databaseBytes !== "number")
    throw damaged("its first part");
  return { instanceSecret, issuer, databaseBytes };
}

/** How the frames behind a head prove themselves. */
export const framingOf = async (
  text: string,
  { encryption }: Head,
  passphrase: string | undefined,
): Promise<Framing> =>
  encryption === undefined
    ? checkedFraming(Buffer.from(text))
    : sealedFraming(await keyOfPassphrase(passphrase ?? "", encryption.salt, encryption), Buffer.from(text));

export const damaged = (what: string): BackupFault =>
  new BackupFault(`it is damaged: ${what} is not as it was written`);

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
