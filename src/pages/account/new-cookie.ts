import { withCookies } from "../../http/browser.ts";
import { raisedSession, startSession } from "../../identity/sessions.ts";
import { sessionCookies } from "../session-start.ts";
import type { AccountVisit } from "./account-page.ts";

/**
 * The session goes on under a new cookie, with what was shown or enrolled just now: a cookie that somebody has copied is
 * worth nothing from then on.
 *
 * @param shown RFC 8176 names
 */
export async function carryOn(visit: AccountVisit, shown: readonly string[], response: Response): Promise<Response> {
  const { context, browser, person } = visit;
  const { userAgent, origin } = browser;
  const cookie = await startSession(context, raisedSession(person, shown, { address: origin.address, userAgent }));
  return withCookies(response, sessionCookies(visit, { user: person.user, cookie }));
}
