import { redirectResponse } from "../http/page-response.ts";
import { paths } from "../http/paths.ts";
import { type AfterSignIn, readAfterSignIn } from "../interaction/after-sign-in.ts";
import { lookUpAuthorization, type Waiting } from "../interaction/authorization.ts";
import type { Texts } from "../languages/door/en.ts";
import { clientName } from "./client-face.ts";
import type { Visit } from "./page-visit.ts";

/** What a person signs in for: an authorization, another page of ours, or nothing but the session. */
export interface Goal {
  readonly handle?: string | undefined;
  readonly waiting?: Waiting | undefined;
  readonly next?: AfterSignIn | undefined;
  readonly uiLocales?: string | undefined;
}

/** @param handle of an authorization, or what `sealAfterSignIn` has sealed */
export async function goalOf({ context, browser }: Visit, handle: string | undefined): Promise<Goal> {
  if (handle === undefined) return {};
  const next = await readAfterSignIn(context, handle);
  if (next !== undefined) return { handle, next };
  const waiting = await lookUpAuthorization(context, handle, browser);
  return { handle, waiting, uiLocales: waiting.pending.request.uiLocales };
}

/** The goal for the query of another page of the sign-in. */
export const asQuery = ({ handle }: Goal): Readonly<Record<string, string>> => (handle === undefined ? {} : { handle });

/** The name of the client that waits, if one does. */
export const waitingClientName = ({ waiting }: Goal, texts: Texts): string | undefined =>
  waiting && clientName(waiting.client, texts);

/** A page sends nobody to another page: the authorization decides what comes next. */
export function onwardUrl({ context }: Visit, { handle, waiting, next }: Goal): string {
  const { issuer } = context.config;
  if (waiting !== undefined && handle !== undefined)
    return `${issuer}${paths.authorizeContinue}?${new URLSearchParams({ handle })}`;
  if (next?.to === "page") return issuer + next.path;
  return issuer + (next?.to === "device" ? paths.device : paths.home);
}

export const goOn = (visit: Visit, goal: Goal): Response => redirectResponse(onwardUrl(visit, goal));
