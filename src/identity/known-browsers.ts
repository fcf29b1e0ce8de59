import type { Context } from "../context.ts";
import { isSameMac } from "../crypto/hash.ts";
import { macOf } from "../crypto/key-ring.ts";
import type { User } from "../model/user.ts";
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
type Marked = Pick<User, "id" | "passwordHash">;

/** The browser's own mark for this person, if it has one: what its failures are counted under. */
export const markFor = (context: Marking, cookie: string | undefined, user: Marked): string | undefined =>
  marksIn(cookie).find((mark) => isMarkOf(context, mark, user));

/** The cookie after a sign-in: the person's mark stands first, and the oldest goes. */
export function withMarkFor(
  context: Marking & Pick<Context, "random">,
  cookie: string | undefined,
  user: Marked,
): string {
  const mark = markFor(context, cookie, user) ?? newMark(context, user);
  return [mark, ...marksIn(cookie).filter((other) => other !== mark)].slice(0, most).join("~");
}

const newMark = (context: Marking & Pick<Context, "random">, user: Marked): string =>
  markOf(context, Buffer.from(context.random.bytes(nonceBytes)).toString("base64url"), user);

/** Compared as it is written: base64url has several spellings of the same bytes, and each would be counted by itself. */
function isMarkOf(context: Marking, mark: string, user: Marked): boolean {
  const [nonce = ""] = mark.split(".");
  return isSameMac(Buffer.from(markOf(context, nonce, user)), Buffer.from(mark));
}

/** Under a key of the instance secret: marks outlive the keys that seal state. Another password voids them. */
function markOf({ keys }: Marking, nonce: string, { id, passwordHash = "" }: Marked): string {
  const mac = macOf(keys.pageKey, "known browser", nonce, id, passwordHash).subarray(0, macBytes);
  return `${nonce}.${mac.toString("base64url")}`;
}

const marksIn = (cookie = ""): readonly string[] =>
  cookie
    .split("~")
    .slice(0, most)
    .filter((mark) => /^[\w-]{16}\.[\w-]{22}$/.test(mark));
