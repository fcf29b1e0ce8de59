import type { Texts } from "../languages/door/en.ts";
import { type AccountFace, AccountLine } from "./account-line.tsx";
import { ClientBadge, type ClientFace } from "./client-badge.tsx";
import { DecisionButtons } from "./decision-buttons.tsx";
import { ExternalLink } from "./external-link.tsx";
import { type FormSecrets, HiddenFields } from "./hidden-fields.tsx";
import { type ScopeLine, ScopeList } from "./scope-list.tsx";
import { Sentence } from "./sentence.tsx";

export type ConsentView = FormSecrets & {
  readonly texts: Texts;
  readonly basePath: string;
  /** Where the form goes, below the base path. */
  readonly action?: string | undefined;
  /** The links of an unverified client are not shown. */
  readonly client: ClientFace & { readonly policyUri?: string | undefined; readonly termsUri?: string | undefined };
  readonly scopes: readonly ScopeLine[];
  /** Resource indicators (RFC 8707), as the client sent them. */
  readonly resources?: readonly string[] | undefined;
  readonly account: AccountFace;
  readonly switchAccountUrl: string;
  /** The host of the redirect URI, where it is not the client's host shown above. */
  readonly returnsTo?: string | undefined;
};

export const ConsentPage = ({ texts, basePath, action = "/consent", client, scopes, ...view }: ConsentView) => {
  const { resources = [], account, switchAccountUrl, returnsTo } = view;
  const { policyUri, termsUri } = client;
  return (
    <>
      <h1>{texts.consent.heading}</h1>
      <ClientBadge client={client} texts={texts} />
      <ScopeList scopes={scopes} texts={texts} form="consent" />
      {resources.length === 0 ? null : (
        <section class="resources" aria-labelledby="resources">
          <h2 id="resources">{texts.consent.resources}</h2>
          <ul>
            {resources.map((resource) => (
              <li key={resource}>
                <bdi>{resource}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
      <AccountLine account={account} switchAccountUrl={switchAccountUrl} texts={texts} />
      <form id="consent" method="post" action={`${basePath}${action}`}>
        <HiddenFields csrf={view.csrf} handle={view.handle} />
        <DecisionButtons texts={texts} approveAction={`${basePath}${action}?choice=made`} />
      </form>
      {returnsTo === undefined ? null : (
        <p class="aside">
          <Sentence of={texts.consent.returnsTo}>{returnsTo}</Sentence>
        </p>
      )}
      {client.isVerified && (policyUri !== undefined || termsUri !== undefined) ? (
        <p class="aside legal">
          {policyUri === undefined ? null : (
            <ExternalLink href={policyUri} label={texts.consent.policy} texts={texts} />
          )}{" "}
          {termsUri === undefined ? null : <ExternalLink href={termsUri} label={texts.consent.terms} texts={texts} />}
        </p>
      ) : null}
    </>
  );
};
