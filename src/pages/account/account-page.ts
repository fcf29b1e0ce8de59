import type { ComponentChildren } from "preact";
import type { Context } from "../../context.ts";
import { checkForm } from "../../http/browser.ts";
import type { Peer } from "../../http/client-address.ts";
import { readForm } from "../../http/form.ts";
import type { AccountTexts } from "../../languages/account/en.ts";
import type { Texts } from "../../languages/door/en.ts";
import { accountTextsFor, type UiLocale } from "../../languages/languages.ts";
import type { Actor } from "../../model/event.ts";
import { OAuthError } from "../../oauth-error.ts";
import type { Parameters } from "../../rules/parameters.ts";
import { atOwnPage, isRecentlySignedIn, type OwnVisit, signInFirst } from "../own-visit.ts";
import { pageResponse } from "../page-visit.ts";
import { type AccountPart, accountNavigation } from "./account-navigation.ts";

/** Somebody at a page of their own account, and the words that these pages share. */
export interface AccountVisit extends OwnVisit {
  readonly words: AccountTexts;
}

/** What every view of the account is given. */
export interface AccountView {
  readonly words: AccountTexts;
  readonly texts: Texts;
  readonly locale: UiLocale;
  readonly basePath: string;
}

export const atAccount = (
  context: Context,
  request: Request,
  peer: Peer | null,
  answer: (visit: AccountVisit) => Promise<Response>,
): Promise<Response> =>
  atOwnPage(context, request, peer, async (visit) => answer({ ...visit, words: await accountTextsFor(visit.locale) }));

/**
 * The same for what could lock somebody out or let somebody in: it is asked who is there, unless that was asked just now.
 * Asked before a form is shown, so that nothing typed is lost, and again when it comes.
 *
 * @param path of the page that the person comes back to
 */
export const atAccountForSure = (
  context: Context,
  request: Request,
  peer: Peer | null,
  path: string,
  answer: (visit: AccountVisit) => Promise<Response>,
): Promise<Response> =>
  atAccount(context, request, peer, async (visit) =>
    isRecentlySignedIn(visit) ? answer(visit) : signInFirst(visit, path),
  );

/**
 * The fields of a form that this page has shown.
 *
 * @throws OAuthError invalid_request; access_denied, where the form is not ours
 */
export async function sentForm<Name extends string>(
  { context, request, browser }: AccountVisit,
  purpose: string,
  names: readonly Name[] = [],
): Promise<Parameters<Name | "csrf">> {
  const sent = await readForm(request, new Set<Name | "csrf">(["csrf", ...names]));
  checkForm(context, request, browser, purpose, sent.get("csrf"));
  return sent;
}

interface AccountPage {
  /** The part whose page it is. */
  readonly part: AccountPart;
  readonly title: string;
  readonly body: ComponentChildren;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A page of the account, with the ways to the others. */
export function accountPage(visit: AccountVisit, { part, ...page }: AccountPage): Promise<Response> {
  const { texts, basePath, words, person } = visit;
  const navigation = accountNavigation(words, basePath, part, person.user.role === "admin");
  return pageResponse(visit, { texts, formTarget: "here", navigation, ...page });
}

/** Who does what is done on a page of the account, for the audit log. */
export const actorOf = ({ person }: OwnVisit): Actor => ({ kind: "user", userId: person.user.id });

/** What an address names that is not there, or is another person's. */
export const nothingHere = (): OAuthError =>
  new OAuthError("invalid_request", "there is nothing at this address", { status: 404 });
