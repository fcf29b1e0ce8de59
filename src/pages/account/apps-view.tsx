import type { ClientId } from "../../brand.ts";
import { isVerifiedClient } from "../../model/client.ts";
import type { Grant } from "../../model/grant.ts";
import type { Instant } from "../../time.ts";
import { DoneNotice } from "../admin/done-notice.tsx";
import { ActionForm } from "../desk/action-form.tsx";
import { Badge } from "../desk/badge.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { Ago, Moment } from "../desk/moment.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { CheckIcon } from "../icons.tsx";
import { accountPaths } from "./account-navigation.ts";
import type { AccountView } from "./account-page.ts";
import type { ConnectedApp } from "./connected-apps.ts";
import { PlaceWords, programWords } from "./where.tsx";

type NamedApp = ConnectedApp & {
  readonly name: string;
  /** What it may do, in words. */
  readonly sentences: readonly string[];
};

type AppsView = AccountView & {
  readonly now: Instant;
  readonly apps: readonly NamedApp[];
  readonly csrfToDisconnect: (grant: Grant) => string;
  readonly csrfToRevoke: (id: ClientId) => string;
  readonly done: string | undefined;
};

/** Of one app. An app that signs in anew each time leaves many behind for as long as their tokens live. */
const mostShown = 20;

export const AppsPage = ({ apps, done, ...view }: AppsView) => {
  const own = view.words.apps;
  return (
    <>
      <PageHead title={own.title} lead={own.lead} />
      <DoneNotice words={view.words.done} code={done} />
      {apps.length === 0 ? <p class="empty">{own.empty}</p> : null}
      {apps.map((app) => (
        <AppPanel key={app.client.id} app={app} {...view} />
      ))}
    </>
  );
};

type AppView = Omit<AppsView, "apps" | "done"> & { readonly app: NamedApp };

const AppPanel = ({ app, ...view }: AppView) => {
  const { words, texts, basePath, csrfToRevoke } = view;
  const own = words.apps;
  const { client, grants, name, sentences } = app;
  const id = `app-${client.id}`;
  const more = grants.length - mostShown;
  return (
    <Panel
      id={id}
      title={
        <>
          <bdi>{name}</bdi>{" "}
          {isVerifiedClient(client) ? (
            <Badge kind="good">{texts.common.verified}</Badge>
          ) : (
            <Badge kind="warning">{texts.common.unverified}</Badge>
          )}
        </>
      }
      hint={isVerifiedClient(client) ? undefined : texts.common.unverifiedExplained}
    >
      {sentences.length === 0 ? (
        <p>{own.canNothing}</p>
      ) : (
        <div class="scopes">
          <h3 id={`${id}-can`}>{own.can}</h3>
          <ul aria-labelledby={`${id}-can`}>
            {sentences.map((sentence) => (
              <li key={sentence}>
                <CheckIcon />
                <span>{sentence}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {grants.length === 0 ? <p>{own.dormant}</p> : <GrantTable {...view} app={app} />}
      {more > 0 ? <p>{own.more(more)}</p> : null}
      <ActionForm
        id={`revoke-${client.id}`}
        action={`${basePath}${accountPaths.apps}/clients/${encodeURIComponent(client.id)}/revoke`}
        csrf={csrfToRevoke(client.id)}
        label={own.revoke}
        kind="danger"
        describedBy={`${id}-title`}
      />
    </Panel>
  );
};

const GrantTable = ({ app, words, texts, locale, basePath, now, csrfToDisconnect }: AppView) => {
  const own = words.apps;
  const path = `${basePath}${accountPaths.apps}/connections`;
  return (
    <DataTable
      caption={own.connections(app.name)}
      columns={[
        { key: "connection", label: own.connection },
        { key: "place", label: own.place },
        { key: "since", label: own.since },
        { key: "last-used", label: own.lastUsed },
        { key: "manage", label: words.manage },
      ]}
      rows={app.grants.slice(0, mostShown).map((grant) => ({
        id: `connection-${grant.id}`,
        cells: [
          <GrantName key="connection" grant={grant} words={words} />,
          <PlaceWords key="place" words={words} address={grant.address} />,
          <Moment key="since" at={grant.createdAt} locale={locale} />,
          grant.lastUsedAt === undefined ? (
            own.never
          ) : (
            <Ago key="last-used" at={grant.lastUsedAt} now={now} texts={texts} />
          ),
          <>
            <a
              class="button button-quiet"
              href={`${path}/${grant.id}`}
              id={`rename-${grant.id}`}
              aria-describedby={`name-${grant.id}`}
            >
              {own.rename}
            </a>
            <ActionForm
              id={`disconnect-${grant.id}`}
              action={`${path}/${grant.id}/disconnect`}
              csrf={csrfToDisconnect(grant)}
              label={own.disconnect}
              kind="plain"
              describedBy={`name-${grant.id}`}
            />
          </>,
        ],
      }))}
      empty={own.dormant}
    />
  );
};

/** The person's own name for it, else the program's; and whether it came by the device page or in a browser. */
const GrantName = ({ grant, words }: Pick<AccountView, "words"> & { readonly grant: Grant }) => {
  const program = programWords(words, grant.userAgent);
  // Only what was given in a browser knows its session.
  const way = grant.sid === undefined ? words.apps.device : words.apps.browser;
  return (
    <>
      <bdi id={`name-${grant.id}`}>{grant.name ?? program}</bdi>
      <div class="hint">
        {grant.name === undefined ? null : (
          <>
            <bdi>{program}</bdi>,{" "}
          </>
        )}
        {way}
      </div>
    </>
  );
};
