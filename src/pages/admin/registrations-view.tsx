import { kindOf } from "../../clients/kinds.ts";
import { paths } from "../../http/paths.ts";
import type { Client } from "../../model/client.ts";
import { parseScope } from "../../rules/scope.ts";
import type { Instant } from "../../time.ts";
import { clientName } from "../client-face.ts";
import { ActionForm } from "../desk/action-form.tsx";
import { Copyable } from "../desk/copyable.tsx";
import { Facts } from "../desk/facts.tsx";
import { SelectField } from "../desk/fields.tsx";
import { Moment } from "../desk/moment.tsx";
import { Notice } from "../desk/notice.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Pager } from "../desk/pager.tsx";
import { Panel } from "../desk/panel.tsx";
import { HiddenFields } from "../hidden-fields.tsx";
import { type Problem, ProblemSummary, problemsOf } from "../problem-summary.tsx";
import { TextField } from "../text-field.tsx";
import { adminPaths } from "./admin-navigation.ts";
import { type ApplicationView, pathOfClient } from "./application-page.ts";
import { inEveryLanguage } from "./client-facts.tsx";
import { DoneNotice } from "./done-notice.tsx";
import { type Listed, listAddress } from "./list-page.ts";
import { OutstandingTokens, type OutstandingTokensView } from "./outstanding-tokens.tsx";

export const lifetimes = ["1h", "1d", "7d", "30d"] as const;
export type Lifetime = (typeof lifetimes)[number];

/** What was typed for a new token, as it is shown again. */
export interface TokenForm {
  readonly uses: string;
  readonly lifetime: Lifetime;
  readonly problems: readonly Problem<"uses">[];
}

type RegistrationsView = OutstandingTokensView & {
  readonly mode: "off" | "token" | "open" | "approval";
  readonly waiting: Listed<Client>;
  readonly unverified: Listed<Client>;
  readonly approveToken: (client: Client) => string;
  readonly tokenToken: string;
  readonly tokenForm: TokenForm;
  readonly done: string | undefined;
};

export const RegistrationsPage = (view: RegistrationsView) => {
  const { apps, texts, basePath, mode, waiting, unverified, tokenForm, done } = view;
  const own = apps.registrations;
  const path = `${basePath}${adminPaths.registrations}`;
  const offsetOf = (list: Listed<Client>) => (list.offset === 0 ? undefined : String(list.offset));
  return (
    <>
      <PageHead title={own.title} lead={own.lead} />
      <DoneNotice words={apps.done} code={done} />
      <ProblemSummary problems={tokenForm.problems} />
      <Notice kind="info">
        <p>{own.modes[mode]}</p>
      </Notice>
      <Panel id="waiting" title={own.waiting} hint={own.waitingHint}>
        <Registrations {...view} list={waiting} empty={own.noneWaiting} />
        <Pager
          {...waiting}
          href={(offset) => listAddress(path, { unverified: offsetOf(unverified), waiting: String(offset) })}
          texts={texts}
        />
      </Panel>
      <Panel id="unverified" title={own.unverified} hint={own.unverifiedHint}>
        <Registrations {...view} list={unverified} empty={own.noneUnverified} />
        <Pager
          {...unverified}
          href={(offset) => listAddress(path, { waiting: offsetOf(waiting), unverified: String(offset) })}
          texts={texts}
        />
      </Panel>
      <NewToken {...view} />
      <OutstandingTokens {...view} />
    </>
  );
};

type ListView = RegistrationsView & { readonly list: Listed<Client>; readonly empty: string };

const Registrations = ({ list, empty, ...view }: ListView) => (
  <>
    {list.items.length === 0 ? <p class="empty">{empty}</p> : null}
    {list.items.map((client) => (
      <Registration key={client.id} {...view} client={client} />
    ))}
  </>
);

type RegistrationView = RegistrationsView & { readonly client: Client };

/** Everything in it was written by whoever registered the app: it is shown, and nothing of it is fetched or linked. */
const Registration = ({ client, apps, texts, locale, basePath, approveToken }: RegistrationView) => {
  const own = apps.registrations;
  const { metadata } = client;
  const id = `registration-${client.id}`;
  const said = (label: string, values: readonly (string | undefined)[]) => {
    const present = values.filter((value) => value !== undefined);
    return present.length === 0 ? [] : [[label, <Said key={label} values={present} />] as const];
  };
  return (
    <article class="registration" aria-labelledby={id}>
      <h3 id={id}>
        <a href={`${basePath}${pathOfClient(client.id)}`}>
          <bdi>{clientName(client, texts)}</bdi>
        </a>
      </h3>
      <p class="hint">{own.says}</p>
      <Facts
        items={[
          ...said(own.name, inEveryLanguage(metadata, "client_name")),
          [own.kind, apps.kinds[kindOf(metadata)]],
          ...said(
            apps.fields.grant_types,
            metadata.grant_types.map((type) => apps.fields.grants[type]),
          ),
          ...said(own.returnsTo, metadata.redirect_uris ?? []),
          ...said(apps.fields.post_logout_redirect_uris, metadata.post_logout_redirect_uris ?? []),
          ...said(apps.fields.initiate_login_uri, [metadata.initiate_login_uri]),
          ...said(own.home, inEveryLanguage(metadata, "client_uri")),
          ...said(apps.fields.logo_uri, inEveryLanguage(metadata, "logo_uri")),
          ...said(own.policy, inEveryLanguage(metadata, "policy_uri")),
          ...said(own.terms, inEveryLanguage(metadata, "tos_uri")),
          [
            own.permissions,
            metadata.scope === undefined ? (
              apps.client.every
            ) : (
              <code key="scope">{parseScope(metadata.scope).join(" ")}</code>
            ),
          ],
          ...said(own.contacts, metadata.contacts ?? []),
          ...said(own.software, [metadata.software_id, metadata.software_version]),
          [own.registered, <Moment key="registered" at={client.createdAt} locale={locale} />],
        ]}
      />
      <div class="actions">
        <ActionForm
          id={`approve-${client.id}`}
          action={`${basePath}${adminPaths.registrations}/${encodeURIComponent(client.id)}/approve`}
          csrf={approveToken(client)}
          label={own.approve}
          kind="primary"
          describedBy={id}
        />
        <a
          class="button button-quiet"
          id={`reject-${client.id}`}
          href={`${basePath}${pathOfClient(client.id)}/delete`}
          aria-describedby={id}
        >
          {own.reject}
        </a>
      </div>
    </article>
  );
};

const Said = ({ values }: { readonly values: readonly string[] }) => (
  <ul class="lines">
    {values.map((value) => (
      <li key={value}>
        <bdi>{value}</bdi>
      </li>
    ))}
  </ul>
);

const NewToken = ({ apps, basePath, tokenToken, tokenForm: { uses, lifetime, problems } }: RegistrationsView) => {
  const own = apps.registrations;
  return (
    <Panel id="token" title={own.token} hint={own.tokenHint}>
      <form id="new-token" method="post" action={`${basePath}${adminPaths.registrations}/tokens`}>
        <HiddenFields csrf={tokenToken} />
        <div class="form-row">
          <TextField
            id="uses"
            label={own.uses}
            problems={problemsOf(problems, "uses")}
            input={{ type: "number", min: 1, max: 1000, required: true, value: uses }}
          />
          <SelectField
            id="lifetime"
            label={own.lifetime}
            value={lifetime}
            options={lifetimes.map((value) => ({ value, label: own.lifetimes[value] }))}
          />
        </div>
        <button class="button" type="submit" id="make-token">
          {own.makeToken}
        </button>
      </form>
    </Panel>
  );
};

type TokenView = ApplicationView & {
  readonly token: string;
  readonly uses: number;
  readonly expiresAt: Instant;
  readonly issuer: string;
};

/** A token that was just made. It is nowhere else. */
export const TokenPage = ({ apps, locale, basePath, token, uses, expiresAt, issuer }: TokenView) => {
  const own = apps.registrations;
  return (
    <>
      <PageHead title={own.tokenTitle} lead={own.tokenLead} />
      <Copyable id="registration-token" text={token} label={own.tokenLabel} />
      <Copyable id="registration-address" text={issuer + paths.registration} label={own.tokenAddress} />
      <p>
        {own.tokenUses(uses)} · {own.tokenUntil} <Moment at={expiresAt} locale={locale} />
      </p>
      <div class="actions">
        <a class="button button-quiet" id="to-registrations" href={`${basePath}${adminPaths.registrations}`}>
          {own.back}
        </a>
      </div>
    </>
  );
};
