import type { Context } from "../../context.ts";
import type { Peer } from "../../http/client-address.ts";
import { operationTextsFor } from "../../languages/languages.ts";
import type { OperationTexts } from "../../languages/operation/en.ts";
import { type AdminVisit, atAdministration } from "./admin-page.ts";
import type { DeskView } from "./desk-view.ts";

/** An administrator at a page about the server itself. */
export interface OperationVisit extends AdminVisit {
  readonly operation: OperationTexts;
}

/** What every view about the server itself is given. */
export interface OperationView extends DeskView {
  readonly operation: OperationTexts;
}

export const atOperation = (
  context: Context,
  request: Request,
  peer: Peer | null,
  answer: (visit: OperationVisit) => Promise<Response>,
): Promise<Response> =>
  atAdministration(context, request, peer, async (visit) =>
    answer({ ...visit, operation: await operationTextsFor(visit.locale) }),
  );
