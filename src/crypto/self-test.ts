import { after, before, type Instant, instant, minutes } from "../time.ts";
import { hmac, isSameMac } from "./hash.ts";
import type { Random } from "./random.ts";
import { deriveKey } from "./seal.ts";

// `postern doctor` asks the running server, through whatever is between, what that sees of its request. Nobody else is
// told: the question carries a MAC under a key of the instance secret, which itself never leaves the machine.

/** The header of the question. */
export const selfTestHeader = "x-postern-self-test";

/** How far question and server may be apart in time: who has seen a question can repeat it for so long. */
const validFor = minutes(1);

export const selfTestKey = (instanceSecret: string): Uint8Array => deriveKey(instanceSecret, "self-test");

export function selfTestQuestion(key: Uint8Array, random: Random, now: Instant): string {
  const nonce = Buffer.from(random.bytes(16)).toString("base64url");
  return `${now}.${nonce}.${macOf(key, now, nonce).toString("base64url")}`;
}

export function isSelfTestQuestion(key: Uint8Array, header: string, now: Instant): boolean {
  const [, time = "", nonce = "", mac = ""] = /^(\d{1,15})\.([\w-]{22})\.([\w-]{43})$/.exec(header) ?? [];
  const asked = instant(Number(time));
  if (!isSameMac(macOf(key, asked, nonce), Buffer.from(mac, "base64url"))) return false;
  return before(now, validFor) <= asked && asked <= after(now, validFor);
}

const macOf = (key: Uint8Array, time: Instant, nonce: string): Buffer => hmac(key, `${time}.${nonce}`);
