import type { Context } from "../context.ts";
import type { Peer } from "../http/client-address.ts";
import { queryText } from "../http/form.ts";
import { basePathOf, pathBelow, paths } from "../http/paths.ts";
import type { SignedIn } from "../identity/sessions.ts";
import { sealAfterSignIn } from "../interaction/after-sign-in.ts";
import type { Texts } from "../languages/door/en.ts";
import { textsFor, type UiLocale } from "../languages/languages.ts";
import { OAuthError } from "../oauth-error.ts";
import { isRecentSignIn } from "../rules/recent-sign-in.ts";
import { atPage, goTo, localeOf, type Visit } from "./page-visit.ts";

/** Somebody who is signed in, at a page of the account or of the administration. */
export interface OwnVisit extends Visit {
  readonly person: SignedIn;
  readonly locale: UiLocale;
  readonly texts: Texts;
}

/** Who is not signed in does that first, and comes back. */
export const atOwnPage = (
  context: Context,
  request: Request,
  peer: Peer | null,
  answer: (visit: OwnVisit) => Promise<Response>,
): Promise<Response> =>
  atPage(context, request, peer, async (visit) => {
    const { signedIn: person } = visit.browser;
    if (person === undefined) return signInFirst(visit, pathOf(visit));
    const locale = localeOf(visit);
    return answer({ ...visit, person, locale, texts: await textsFor([locale]) });
  });

/** The same for administrators alone. */
export const atAdminPage = (
  context: Context,
  request: Request,
  peer: Peer | null,
  answer: (visit: OwnVisit) => Promise<Response>,
): Promise<Response> =>
  atOwnPage(context, request, peer, async (visit) => {
    if (visit.person.user.role !== "admin") {
      throw new OAuthError("access_denied", "this page is for administrators", { status: 403, page: "notAllowed" });
    }
    return answer(visit);
  });

/**
 * Whether the person has shown just now that it is them. A sensitive page that finds they have not answers with
 * `signInFirst`, which leads back to it.
 */
export const isRecentlySignedIn = ({ context, person }: OwnVisit): boolean => isRecent(context, person);

export const isRecent = ({ clock }: Pick<Context, "clock">, { session }: Pick<SignedIn, "session">): boolean =>
  isRecentSignIn(session.authTime, clock.now());

/** To the sign-in page, and from there to a page of ours. */
export const signInFirst = async (visit: Visit, path: string): Promise<Response> =>
  goTo(visit, paths.signIn, { next: await sealAfterSignIn(visit.context, { to: "page", path }) });

/** Where a page was asked for. A form is not sent again: its person comes back to the start of the part. */
function pathOf({ request, context }: Visit): string {
  const path = pathBelow(basePathOf(context.config.issuer), new URL(request.url).pathname);
  if (request.method !== "GET") return path.startsWith(paths.admin) ? paths.admin : paths.account;
  const query = queryText(request);
  return query === "" ? path : `${path}?${query}`;
}
