import { type Browser, sessionOf, withCookies } from "../http/browser.ts";
import { setCookie } from "../http/cookies.ts";
import { paths } from "../http/paths.ts";
import type { HostUnavailable } from "../identity/host-users.ts";
import { knownFor, withMarkFor } from "../identity/known-browsers.ts";
import { sealPasswordShown } from "../identity/password-shown.ts";
import {
  afterPassword,
  type Busy,
  type FailedSignIn,
  type PasswordOutcome,
  type SigningBrowser,
} from "../identity/sign-in.ts";
import { traceFailedSignIn } from "../identity/sign-in-trace.ts";
import type { User } from "../model/user.ts";
import { inSeconds } from "../time.ts";
import { goTo, type Visit } from "./page-visit.ts";
import { asQuery, type Goal, goalOf, goOn } from "./sign-in-goal.ts";

/** The browser as signing in needs to know it. */
export const signingBrowserOf = (browser: Browser): SigningBrowser => ({
  address: browser.origin.address,
  isLocal: browser.origin.isLocal,
  userAgent: browser.userAgent,
  replaces: sessionOf(browser)?.session.id,
  known: browser.known,
});

/**
 * Signs somebody in who has just chosen a password, at the setup or by a link: a new password opens no account alone that
 * has a second factor.
 *
 * @param handle where it leads, as for the sign-in page; absent: to the start page
 */
export async function beginSessionAfterPassword(
  visit: Visit,
  { user, handle }: { readonly user: User; readonly handle?: string | undefined },
): Promise<Response> {
  const outcome = await afterPassword(visit.context, user, signingBrowserOf(visit.browser));
  return leadOn(visit, outcome, await goalOf(visit, handle));
}

/** After the password: on with a session, or to the page that asks for the factor. */
export async function leadOn(
  visit: Visit,
  outcome: Exclude<PasswordOutcome, FailedSignIn>,
  goal: Goal,
): Promise<Response> {
  const { context, browser } = visit;
  if (outcome.kind === "second-factor") {
    const shown = await sealPasswordShown(context, outcome.user, { browserId: browser.id, handle: goal.handle });
    return goTo(visit, paths.secondFactor, { ...asQuery(goal), shown });
  }
  return withCookies(
    // An authorization decides for itself, and knows what its client demands beside.
    goal.waiting === undefined && outcome.mustEnrol === true
      ? goTo(visit, paths.enrolment, asQuery(goal))
      : goOn(visit, goal),
    sessionCookies(visit, outcome),
  );
}

/** The new session, and the mark by which the browser is known from now on. */
export const sessionCookies = (
  { context, browser }: Pick<Visit, "context" | "browser">,
  { user, cookie }: { readonly user: User; readonly cookie: { reveal(): string } },
): readonly string[] => [
  setCookie(context.config, "session", cookie.reveal()),
  setCookie(context.config, "known", withMarkFor(context, browser.known, user), inSeconds(knownFor)),
];

/** What the page shows of a failure: the id that an administrator finds it by, and how long to wait. */
export function failureOf(
  { context, browser }: Visit,
  failed: FailedSignIn | HostUnavailable | Busy,
  path: string,
  { waiting }: Goal,
): {
  readonly requestId: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
} {
  const { address } = browser.origin;
  const requestId = traceFailedSignIn(context, failed, { path, address, clientId: waiting?.client.id });
  return {
    requestId,
    status: statuses[failed.kind],
    headers: {
      "x-request-id": requestId,
      ...(failed.kind === "refused" ? {} : { "retry-after": String(failed.seconds) }),
    },
  };
}

const statuses = { refused: 200, wait: 429, busy: 503, unavailable: 503 } as const;
