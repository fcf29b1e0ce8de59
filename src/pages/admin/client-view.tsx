import type { UserId } from "../../brand.ts";
import { type ClientKind, kindOf } from "../../clients/kinds.ts";
import { type Client, isDeclaredClient, mostClientSecrets } from "../../model/client.ts";
import type { Grant } from "../../model/grant.ts";
import type { User } from "../../model/user.ts";
import type { Page } from "../../store/listing.ts";
import type { Instant } from "../../time.ts";
import { clientName } from "../client-face.ts";
import { ActionForm } from "../desk/action-form.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { Facts } from "../desk/facts.tsx";
import { Ago, Moment } from "../desk/moment.tsx";
import { Notice } from "../desk/notice.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { adminPaths } from "./admin-navigation.ts";
import { type ApplicationView, pathOfClient } from "./application-page.ts";
import { clientFacts } from "./client-facts.tsx";
import { ClientState } from "./client-state.tsx";
import { DoneNotice } from "./done-notice.tsx";
import { Endpoints } from "./endpoints-view.tsx";
import { GrantTable } from "./grant-table.tsx";
import { listAddress } from "./list-page.ts";
import { recipes, recipesFor } from "./recipes/recipes.ts";

type ClientView = ApplicationView & {
  readonly now: Instant;
  readonly issuer: string;
  readonly client: Client;
  /** The first few. */
  readonly grants: Page<Grant>;
  readonly people: ReadonlyMap<UserId, User>;
  readonly grantToken: (grant: Grant) => string;
  readonly enableToken: string;
  readonly secretToken: string;
  readonly done: string | undefined;
  readonly problem: string | undefined;
  /** Where what `postern apply` declared is found. */
  readonly place: string;
};

export const ClientPage = (view: ClientView) => {
  const { apps, texts, basePath, client, issuer, done, problem } = view;
  const kind = kindOf(client.metadata);
  return (
    <>
      <PageHead
        title={<bdi>{clientName(client, texts)}</bdi>}
        lead={apps.kinds[kind]}
        actions={<Actions {...view} />}
      />
      <DoneNotice words={apps.done} code={done} />
      {problem === undefined ? null : (
        <Notice kind="problem">
          <p role="alert">{problem}</p>
        </Notice>
      )}
      {isDeclaredClient(client) ? (
        <Notice kind="info">
          <p id="declared">{client.origin === "file" ? apps.client.declared : apps.client.applied(view.place)}</p>
        </Notice>
      ) : null}
      {client.approval === "waiting" ? (
        <Notice kind="warning">
          <p>{apps.client.waiting}</p>
          <p>
            <a href={`${basePath}${adminPaths.registrations}`}>{apps.client.decide}</a>
          </p>
        </Notice>
      ) : null}
      <Details {...view} />
      <Secrets {...view} />
      <Endpoints apps={apps} issuer={issuer} kind={kind} />
      <Recipes {...view} kind={kind} />
      <Access {...view} />
      {client.origin === "file" && client.disabledAt === undefined ? null : <Account {...view} />}
    </>
  );
};

const Actions = ({ apps, basePath, client }: ClientView) =>
  isDeclaredClient(client) ? null : (
    <a class="button button-quiet" id="edit-client" href={`${basePath}${pathOfClient(client.id)}/edit`}>
      {apps.client.edit}
    </a>
  );

const Details = ({ apps, words, texts, locale, now, client }: ClientView) => (
  <Panel id="details" title={apps.client.details}>
    <Facts
      items={[
        [apps.client.identifier, <code key="id">{client.id}</code>],
        [
          apps.client.state,
          <span key="state" class="actions">
            <ClientState client={client} apps={apps} />
          </span>,
        ],
        [apps.client.origin, apps.client.origins[client.origin]],
        [apps.client.added, <Moment key="added" at={client.createdAt} locale={locale} />],
        [
          apps.client.used,
          client.lastUsedAt === undefined ? (
            words.never
          ) : (
            <Ago key="used" at={client.lastUsedAt} now={now} texts={texts} />
          ),
        ],
        ...clientFacts(client.metadata, apps),
      ]}
    />
  </Panel>
);

const Secrets = ({ apps, words, texts, locale, basePath, now, client, secretToken }: ClientView) => {
  const own = apps.client;
  const path = `${basePath}${pathOfClient(client.id)}`;
  const isChangeable = !isDeclaredClient(client);
  const hasMethod = ["client_secret_basic", "client_secret_post"].includes(client.metadata.token_endpoint_auth_method);
  return (
    <Panel id="secrets" title={own.secrets} {...(hasMethod && isChangeable ? { hint: own.secretsHint } : {})}>
      <DataTable
        caption={own.secretsCaption}
        columns={[
          { key: "secret", label: own.secret },
          { key: "added", label: own.secretAdded },
          { key: "used", label: own.secretUsed },
          ...(isChangeable ? [{ key: "remove", label: own.removeSecret }] : []),
        ]}
        rows={client.secrets.map(({ id, createdAt, lastUsedAt }) => ({
          id: `secret-${id}`,
          cells: [
            <code key="secret">{id}</code>,
            <Moment key="added" at={createdAt} locale={locale} />,
            lastUsedAt === undefined ? words.never : <Ago key="used" at={lastUsedAt} now={now} texts={texts} />,
            ...(isChangeable
              ? [
                  <a
                    key="remove"
                    class="button button-quiet"
                    id={`remove-${id}`}
                    href={`${path}/remove-secret?secret=${encodeURIComponent(id)}`}
                    aria-describedby={`secret-${id}`}
                  >
                    {own.removeSecret}
                  </a>,
                ]
              : []),
          ],
        }))}
        empty={own.noSecrets}
      />
      {hasMethod && isChangeable && client.secrets.length < mostClientSecrets ? (
        <ActionForm id="add-secret" action={`${path}/secrets`} csrf={secretToken} label={own.addSecret} kind="plain" />
      ) : null}
    </Panel>
  );
};

const Recipes = ({ apps, basePath, client, kind }: ClientView & { readonly kind: ClientKind }) => {
  const fitting = recipesFor(kind);
  const others = recipes.filter((recipe) => !fitting.includes(recipe));
  const link = ({ id, software }: (typeof recipes)[number]) => (
    <a
      key={id}
      class="button button-quiet"
      id={`recipe-${id}`}
      href={`${basePath}${pathOfClient(client.id)}/recipes/${id}`}
    >
      {software}
    </a>
  );
  return (
    <Panel id="recipes" title={apps.client.recipes} hint={apps.client.recipesHint}>
      {fitting.length === 0 ? null : <div class="actions">{fitting.map(link)}</div>}
      <details class="more">
        <summary>{apps.client.otherRecipes}</summary>
        <div class="more-fields actions">{others.map(link)}</div>
      </details>
    </Panel>
  );
};

const Access = ({ apps, client, grants, people, grantToken, ...view }: ClientView) => {
  const { basePath } = view;
  const own = apps.client;
  return (
    <Panel id="access" title={own.access} hint={own.accessHint}>
      <GrantTable
        {...view}
        grants={grants.items}
        clients={new Map([[client.id, client]])}
        people={people}
        csrf={grantToken}
        fields={{ client: client.id }}
        empty={own.noAccess}
      />
      {grants.total === 0 ? null : (
        <div class="actions">
          <a
            class="button button-quiet"
            id="all-access"
            href={listAddress(`${basePath}${adminPaths.grants}`, { client: client.id })}
          >
            {own.allAccess}
          </a>
          <a class="button button-quiet" id="end-access" href={`${basePath}${pathOfClient(client.id)}/end-access`}>
            {own.endAccess}
          </a>
        </div>
      )}
    </Panel>
  );
};

const Account = ({ apps, basePath, client, enableToken }: ClientView) => {
  const own = apps.client;
  const path = `${basePath}${pathOfClient(client.id)}`;
  const isDisabled = client.disabledAt !== undefined;
  return (
    <Panel id="account" title={own.account} hint={own.accountHint}>
      <div class="actions">
        {isDisabled && client.origin !== "file" && client.approval !== "waiting" ? (
          <ActionForm
            id="switch-on"
            action={`${path}/switch-on`}
            csrf={enableToken}
            label={own.switchOn}
            kind="plain"
          />
        ) : null}
        {isDisabled ? null : (
          <a class="button button-quiet" id="switch-off" href={`${path}/switch-off`}>
            {own.switchOff}
          </a>
        )}
        {client.origin === "apply" ? null : (
          <a class="button button-danger" id="delete" href={`${path}/delete`}>
            {own.delete}
          </a>
        )}
      </div>
    </Panel>
  );
};
