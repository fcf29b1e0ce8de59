import { Refused } from "../../administration/refused.ts";
import { asClientId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import type { Peer } from "../../http/client-address.ts";
import type { ApplicationTexts } from "../../languages/applications/en.ts";
import { applicationTextsFor } from "../../languages/languages.ts";
import type { Client } from "../../model/client.ts";
import { OAuthError } from "../../oauth-error.ts";
import { adminPaths } from "./admin-navigation.ts";
import { type AdminVisit, asAnswered, atAdministration, nothingHere } from "./admin-page.ts";
import type { DeskView } from "./desk-view.ts";

/** An administrator at a page about apps. */
export interface ApplicationVisit extends AdminVisit {
  readonly apps: ApplicationTexts;
}

/** What every view about apps is given. */
export interface ApplicationView extends DeskView {
  readonly apps: ApplicationTexts;
}

export const atApplications = (
  context: Context,
  request: Request,
  peer: Peer | null,
  answer: (visit: ApplicationVisit) => Promise<Response>,
): Promise<Response> =>
  atAdministration(context, request, peer, async (visit) =>
    answer({ ...visit, apps: await applicationTextsFor(visit.locale) }),
  );

/** Of the page of one app. */
export const clientPath = `${adminPaths.apps}/:id` as const;
export const pathOfClient = (id: string): string => `${adminPaths.apps}/${encodeURIComponent(id)}`;

/** The same for an app that the address names. */
export const atClient = (
  context: Context,
  request: Request,
  peer: Peer | null,
  id: string,
  answer: (visit: ApplicationVisit, client: Client) => Promise<Response>,
): Promise<Response> =>
  atApplications(context, request, peer, async (visit) => {
    const client = await context.store.clients.find(asClientId(id));
    if (client === undefined) throw nothingHere();
    return answer(visit, client);
  });

/**
 * As `asAnswered`. No form leads to a change of a declared app, nor to what an app of its kind does not have: who asks for
 * it all the same is refused.
 */
export function asClientAnswered(error: unknown): unknown {
  if (!(error instanceof Refused)) return error;
  if (error.refusal === "invalid") return nothingHere();
  if (error.refusal !== "declared") return asAnswered(error);
  return new OAuthError("access_denied", "this app is changed only where it is declared", {
    status: 403,
    page: "methodNotAllowed",
    cause: error,
  });
}
