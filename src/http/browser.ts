import type { Context } from "../context.ts";
import { hmac, isSameMac } from "../crypto/hash.ts";
import { type Lack, lackOf } from "../identity/factors.ts";
import { findSession, type SignedIn } from "../identity/sessions.ts";
import { OAuthError } from "../oauth-error.ts";
import { type Origin, originOf, type Peer } from "./client-address.ts";
import { readCookie, setCookie } from "./cookies.ts";

/** The browser of a request to a page: which it is, who is signed in there, and how its forms prove themselves. */
export interface Browser {
  /** A random value that this browser alone has; pending requests are bound to it. */
  readonly id: string;
  /** Whose session counts: all is shown that the person's factors and `POSTERN_MFA` demand. */
  readonly signedIn: SignedIn | undefined;
  /** Whose session counts for nothing yet but to show, or to enrol, a second factor. */
  readonly halfSignedIn: HalfSession | undefined;
  readonly origin: Origin;
  readonly userAgent: string | undefined;
  /** What it keeps of those who have signed in there before (identity/known-browsers.ts). */
  readonly known: string | undefined;
  /** `Set-Cookie` values that the answer must carry: the browser's id at its first visit. */
  readonly newCookies: readonly string[];
}

/** A session, and what it lacks. */
export interface HalfSession extends SignedIn {
  readonly lacks: Lack;
}

type Reading = Pick<Context, "config" | "store" | "clock" | "lastUsed" | "random">;

export async function browserOf(context: Reading, request: Request, peer: Peer | null): Promise<Browser> {
  const { config, random } = context;
  const known = readCookie(config, request, "browser");
  const isKnown = known !== undefined && /^[\w-]{43}$/.test(known);
  const id = isKnown ? known : Buffer.from(random.bytes(32)).toString("base64url");
  const found = await findSession(context, readCookie(config, request, "session"));
  const lacks = found && (await lackOf(context, found.user, found.session));
  return {
    id,
    signedIn: lacks === undefined ? found : undefined,
    halfSignedIn: found && lacks && { ...found, lacks },
    origin: originOf(context, request, peer),
    userAgent: request.headers.get("user-agent") ?? undefined,
    known: readCookie(config, request, "known"),
    newCookies: isKnown ? [] : [setCookie(config, "browser", id)],
  };
}

/**
 * The token of a form: bound to this browser, to the session (it dies when somebody else signs in) and to what the form
 * is for (RFC 6749 §10.12).
 */
export const csrfToken = ({ keys }: Pick<Context, "keys">, browser: Browser, purpose: string): string =>
  hmac(keys.pageKey, [browser.id, sessionOf(browser)?.session.id ?? "", purpose].join("\0")).toString("base64url");

/** The session of a browser, whether it counts or not. */
export const sessionOf = ({ signedIn, halfSignedIn }: Browser): SignedIn | undefined => signedIn ?? halfSignedIn;

/**
 * Refuses a form that was not ours, or not this browser's.
 *
 * @throws OAuthError access_denied, 403
 */
export function checkForm(
  context: Pick<Context, "keys" | "config">,
  request: Request,
  browser: Browser,
  purpose: string,
  token: string | undefined,
): void {
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const isOwnSite = site === null || site === "same-origin" || site === "none";
  // `null` is what browsers send for a form of a page with `no-referrer`: it says nothing, and the token decides.
  const isOwnOrigin = origin === null || origin === "null" || origin === new URL(context.config.issuer).origin;
  const expected = Buffer.from(csrfToken(context, browser, purpose));
  if (isOwnSite && isOwnOrigin && token !== undefined && isSameMac(expected, Buffer.from(token))) return;
  throw new OAuthError("access_denied", "the form did not come from this session", { status: 403, page: "forbidden" });
}

/** Adds the browser's new cookies to an answer. */
export function withCookies(response: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  return response;
}
