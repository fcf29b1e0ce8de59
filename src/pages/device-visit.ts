import type { ComponentChildren } from "preact";
import type { Context } from "../context.ts";
import { type Browser, browserOf, withCookies } from "../http/browser.ts";
import type { Peer } from "../http/client-address.ts";
import { htmlResponse, redirectResponse } from "../http/page-response.ts";
import { basePathOf, paths } from "../http/paths.ts";
import { continueAtDevicePage, type DevicePerson } from "../interaction/device.ts";
import type { Texts } from "../languages/en.ts";
import { acceptedLanguages, textsFor } from "../languages/languages.ts";
import { renderPage } from "./layout.tsx";

/** Somebody who is signed in, at one of the device pages. */
export interface DeviceVisit {
  readonly context: Context;
  readonly request: Request;
  readonly browser: Browser;
  readonly person: DevicePerson;
  readonly texts: Texts;
  readonly basePath: string;
}

/** RFC 8628 §5.1: nobody gets to ask about a code before they have signed in. */
export async function atDevicePage(
  context: Context,
  request: Request,
  peer: Peer | null,
  answer: (visit: DeviceVisit) => Promise<Response>,
): Promise<Response> {
  const browser = await browserOf(context, request, peer);
  const { id, signedIn, origin, newCookies } = browser;
  if (signedIn === undefined) return withCookies(redirectResponse(await signInUrl(context)), newCookies);
  const person = { ...signedIn, browserId: id, address: origin.address, isLocal: origin.isLocal };
  const texts = textsFor(acceptedLanguages(request.headers.get("accept-language") ?? ""));
  const basePath = basePathOf(context.config.issuer);
  return withCookies(await answer({ context, request, browser, person, texts, basePath }), newCookies);
}

/** The sign-in page, which then leads back to the code. */
export const signInUrl = async (context: Context): Promise<string> =>
  `${context.config.issuer}${paths.signIn}?next=${await continueAtDevicePage(context)}`;

/** A whole page; its forms never lead away from here. */
export const devicePageResponse = (
  { texts, basePath }: DeviceVisit,
  title: string,
  body: ComponentChildren,
): Response => htmlResponse(renderPage({ title, body, texts, basePath }), { formTarget: "here" });
