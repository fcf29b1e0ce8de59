import type { ComponentChildren } from "preact";
import type { Context } from "../context.ts";
import { withWholeBody } from "../http/body.ts";
import { type Browser, browserOf, withCookies } from "../http/browser.ts";
import { comesFrom, type Peer, peerOf } from "../http/client-address.ts";
import { type FormTarget, htmlResponse, redirectResponse } from "../http/page-response.ts";
import { basePathOf } from "../http/paths.ts";
import type { Texts } from "../languages/door/en.ts";
import { acceptedLanguages, languageOf, textsFor, type UiLocale } from "../languages/languages.ts";
import { brandOf } from "./brand.ts";
import { renderPage } from "./layout.tsx";
import type { Navigation } from "./navigation.ts";
import { pageTurn } from "./page-turn.ts";

/** A request to a page, and the browser that it comes from. */
export interface Visit {
  readonly context: Context;
  readonly request: Request;
  readonly browser: Browser;
  readonly basePath: string;
}

/** Answers a request to a page; a browser that comes for the first time gets its cookie with the answer. */
export async function atPage(
  context: Context,
  request: Request,
  peer: Peer | null,
  answer: (visit: Visit) => Promise<Response>,
): Promise<Response> {
  // Of who has gone until the turn comes nobody knows the address any more: whom to count the guesses of, and to record.
  comesFrom(request, peerOf(request, peer));
  const whole = await withWholeBody(request);
  await pageTurn();
  const browser = await browserOf(context, request, peer);
  const response = await answer({ context, request: whole, browser, basePath: basePathOf(context.config.issuer) });
  return withCookies(response, browser.newCookies);
}

/**
 * The language of a page: what the client asks for, what the account has chosen, what the browser prefers.
 *
 * @source OIDC Core §3.1.2.1, `ui_locales`
 */
export function localeOf({ request, browser }: Pick<Visit, "request" | "browser">, uiLocales = ""): UiLocale {
  const { locale: chosen } = browser.signedIn?.user.claims ?? {};
  return languageOf([
    ...uiLocales.split(" "),
    ...(typeof chosen === "string" ? [chosen] : []),
    ...acceptedLanguages(request.headers.get("accept-language") ?? ""),
  ]);
}

export const textsOf = (visit: Visit, uiLocales?: string): Promise<Texts> => textsFor([localeOf(visit, uiLocales)]);

interface PageOptions {
  readonly texts: Texts;
  readonly title: string;
  readonly body: ComponentChildren;
  readonly formTarget: FormTarget;
  /** Of the account or the admin pages; a page of the door has none. */
  readonly navigation?: Navigation | undefined;
  /** For the footer, where the page tells of a failure that an administrator can look up. */
  readonly requestId?: string | undefined;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function pageResponse(
  { basePath, context }: Visit,
  { texts, title, body, formTarget, navigation, requestId, status = 200, headers = {} }: PageOptions,
): Promise<Response> {
  await pageTurn();
  const page = renderPage({ title, body, texts, basePath, brand: brandOf(context.config), navigation, requestId });
  return htmlResponse(page, { formTarget, status, headers });
}

/** On to another place of ours. */
export const goTo = (
  { context }: Pick<Visit, "context">,
  path: string,
  parameters: Readonly<Record<string, string>> = {},
): Response => {
  const query = new URLSearchParams(parameters).toString();
  return redirectResponse(`${context.config.issuer}${path}${query === "" ? "" : `?${query}`}`);
};
