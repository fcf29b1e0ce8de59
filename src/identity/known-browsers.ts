import type { UserId } from "../brand.ts";
import type { Context } from "../context.ts";
import { isSameMac } from "../crypto/hash.ts";
import { macOf } from "../crypto/key-ring.ts";
import { days } from "../time.ts";

// A browser in which a person has signed in before keeps a mark of it. Its failures are counted by themselves: strangers
// who fail on purpose keep the owner of an account out of no browser that is known already.
// https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies

/** Of so many people one browser keeps the marks. */
const most = 5;
const nonceBytes = 12;
const macBytes = 16;

/** How long a browser keeps its marks. */
export const knownFor = days(365);

type Marking = Pick<Context, "keys">;

/** The browser's own mark for this person, if it has one: what its failures are counted under. */
export const markFor = (context: Marking, cookie: string | undefined, userId: UserId): string | undefined =>
  marksIn(cookie).find((mark) => isMarkOf(context, mark, userId));

/** The cookie after a sign-in: the person's mark stands first, and the oldest goes. */
export function withMarkFor(
  context: Marking & Pick<Context, "random">,
  cookie: string | undefined,
  userId: UserId,
): string {
  const mark = markFor(context, cookie, userId) ?? newMark(context, userId);
  return [mark, ...marksIn(cookie).filter((other) => other !== mark)].slice(0, most).join("~");
}

function newMark(context: Marking & Pick<Context, "random">, userId: UserId): string {
  const nonce = Buffer.from(context.random.bytes(nonceBytes)).toString("base64url");
  return `${nonce}.${macFor(context, nonce, userId).toString("base64url")}`;
}

function isMarkOf(context: Marking, mark: string, userId: UserId): boolean {
  const [nonce = "", mac = ""] = mark.split(".");
  return isSameMac(macFor(context, nonce, userId), Buffer.from(mac, "base64url"));
}

/** Under a key of the instance secret: marks outlive the keys that seal state. */
const macFor = ({ keys }: Marking, nonce: string, userId: UserId): Buffer =>
  macOf(keys.pageKey, "known browser", nonce, userId).subarray(0, macBytes);

const marksIn = (cookie = ""): readonly string[] =>
  cookie
    .split("~")
    .slice(0, most)
    .filter((mark) => /^[\w-]{16}\.[\w-]{22}$/.test(mark));
