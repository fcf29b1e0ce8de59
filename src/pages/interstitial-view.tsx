import type { ComponentChildren } from "preact";
import type { Texts } from "../languages/door/en.ts";
import { ClientBadge, type ClientFace } from "./client-badge.tsx";
import { Sentence } from "./sentence.tsx";

/**
 * Stands where an unverified client's mistake would otherwise send a person on without a click.
 *
 * @source RFC 9700 §4.11.2: the authorization server must not serve as an open redirector
 */
export type InterstitialView = {
  readonly texts: Texts;
  readonly client: ClientFace;
  /** The host, or the scheme of a native app, that the link leads to. */
  readonly destination: string;
  /** The redirect URI, with the error in it unless that is posted. */
  readonly continueUrl: string;
  /** The error, for a client that wants it by form_post: then it stands in no URL. */
  readonly posted?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly code?: string | undefined;
};

const runsCode = (url: string) => /^\s*(?:javascript|data|vbscript|blob|file|about):/i.test(url);

export const InterstitialPage = ({ texts, client, destination, continueUrl, posted, code }: InterstitialView) => (
  <>
    <h1>
      <Sentence of={texts.interstitial.heading}>{destination}</Sentence>
    </h1>
    <p class="lead">
      {texts.interstitial.lead} {texts.interstitial.caution}
    </p>
    <ClientBadge client={client} texts={texts} />
    {code === undefined ? null : (
      <section class="facts" aria-labelledby="for-developers">
        <h2 id="for-developers">{texts.error.forDevelopers}</h2>
        <dl>
          <div>
            <dt>{texts.error.code}</dt>
            <dd>
              <code>{code}</code>
            </dd>
          </div>
        </dl>
      </section>
    )}
    {runsCode(continueUrl) ? null : (
      <Onward continueUrl={continueUrl} posted={posted}>
        <span>
          <Sentence of={texts.interstitial.continueTo}>{destination}</Sentence>
        </span>
      </Onward>
    )}
  </>
);

type OnwardView = Pick<InterstitialView, "continueUrl" | "posted"> & { readonly children: ComponentChildren };

/** Nothing sends this form but the person (OAuth 2.0 Form Post Response Mode §2). */
const Onward = ({ continueUrl, posted, children }: OnwardView) =>
  posted === undefined ? (
    <a class="button button-quiet" id="continue" href={continueUrl} rel="noreferrer nofollow">
      {children}
    </a>
  ) : (
    <form id="onward" method="post" action={continueUrl}>
      {posted.map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button class="button button-quiet" type="submit" id="continue">
        {children}
      </button>
    </form>
  );
