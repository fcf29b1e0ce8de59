import { withCookies } from "../../http/browser.ts";
import { raisedSession, startSession } from "../../identity/sessions.ts";
import type { User } from "../../model/user.ts";
import { sessionCookies } from "../session-start.ts";
import type { AccountVisit } from "./account-page.ts";

/**
 * The session goes on under a new cookie, with what was shown or enrolled just now: a cookie that somebody has copied is
 * worth nothing from then on.
 *
 * @param shown RFC 8176 names
 * @param user as from now on: with another password the browser is known by another mark
 */
export async function carryOn(
  visit: AccountVisit,
  shown: readonly string[],
  response: Response,
  user: User = visit.person.user,
): Promise<Response> {
  const { context, browser, person } = visit;
  const { userAgent, origin } = browser;
  const cookie = await startSession(context, raisedSession(person, shown, { address: origin.address, userAgent }));
  return withCookies(response, sessionCookies(visit, { user, cookie }));
}
