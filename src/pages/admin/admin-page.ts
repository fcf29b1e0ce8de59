import type { ComponentChildren } from "preact";
import { Refused } from "../../administration/refused.ts";
import type { Context } from "../../context.ts";
import type { Peer } from "../../http/client-address.ts";
import type { AdministrationTexts } from "../../languages/administration/en.ts";
import { administrationTextsFor } from "../../languages/languages.ts";
import type { Actor } from "../../model/event.ts";
import { OAuthError } from "../../oauth-error.ts";
import { atAdminPage, type OwnVisit } from "../own-visit.ts";
import { pageResponse } from "../page-visit.ts";
import { type AdminPart, adminNavigation } from "./admin-navigation.ts";

/** An administrator at a page of the administration, and the words that these pages share. */
export interface AdminVisit extends OwnVisit {
  readonly words: AdministrationTexts;
}

export const atAdministration = (
  context: Context,
  request: Request,
  peer: Peer | null,
  answer: (visit: AdminVisit) => Promise<Response>,
): Promise<Response> =>
  atAdminPage(context, request, peer, async (visit) =>
    answer({ ...visit, words: await administrationTextsFor(visit.locale) }),
  );

interface AdminPage {
  /** The part whose page it is. */
  readonly part: AdminPart;
  readonly title: string;
  readonly body: ComponentChildren;
}

/** A page of the administration, with the ways to the others. */
export function adminPage(visit: AdminVisit, { part, title, body }: AdminPage): Promise<Response> {
  const { texts, basePath, words } = visit;
  const navigation = adminNavigation(words, basePath, part);
  return pageResponse(visit, { texts, title, body, formTarget: "here", navigation });
}

/** Who does what is done on a page of the administration, for the audit log. */
export const actorOf = ({ person, browser }: OwnVisit): Actor => ({
  kind: "user",
  userId: person.user.id,
  address: browser.origin.address,
});

/** What an address names that is not there. */
export const nothingHere = (): OAuthError =>
  new OAuthError("invalid_request", "there is nothing at this address", { status: 404 });

/** What an operation threw that no form can mend: what was deleted meanwhile is as if it had never been there. */
export const asAnswered = (error: unknown): unknown =>
  error instanceof Refused && error.refusal === "missing" ? nothingHere() : error;
