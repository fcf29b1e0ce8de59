import type { ClientId, UserId } from "../../brand.ts";
import type { Client } from "../../model/client.ts";
import type { Grant } from "../../model/grant.ts";
import type { User } from "../../model/user.ts";
import type { Instant } from "../../time.ts";
import { programWords } from "../account/where.tsx";
import { clientName } from "../client-face.ts";
import { ActionForm } from "../desk/action-form.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { Ago, Moment } from "../desk/moment.tsx";
import { Address } from "./address.tsx";
import { adminPaths } from "./admin-navigation.ts";
import { pathOfClient } from "./application-page.ts";
import type { DeskView } from "./desk-view.ts";
import { PersonName } from "./person-name.tsx";

type GrantTableView = DeskView & {
  readonly now: Instant;
  readonly grants: readonly Grant[];
  readonly clients: ReadonlyMap<ClientId, Client>;
  /** Who they are, where the grants are of several people. */
  readonly people?: ReadonlyMap<UserId, User>;
  readonly csrf: (grant: Grant) => string;
  /** Tells the form where to come back to. */
  readonly fields: Readonly<Record<string, string>>;
  readonly empty: string;
};

/** What apps and devices have been given, each with a button that takes it back. */
export const GrantTable = ({ words, texts, locale, basePath, now, people, ...view }: GrantTableView) => {
  const own = words.grants;
  return (
    <DataTable
      caption={own.caption}
      columns={[
        { key: "app", label: own.app },
        ...(people === undefined ? [] : [{ key: "person", label: own.person }]),
        { key: "permissions", label: own.permissions },
        { key: "given", label: own.given },
        { key: "used", label: own.used },
        { key: "place", label: own.place },
        { key: "revoke", label: own.revoke },
      ]}
      rows={view.grants.map((grant) => {
        const id = `grant-${grant.id}`;
        return {
          id,
          cells: [
            <WhichApp key="app" {...{ grant, texts, basePath }} client={view.clients.get(grant.clientId)} />,
            ...(people === undefined ? [] : [<Whose key="person" {...{ grant, people, words, basePath }} />]),
            <span key="permissions" class="quiet">
              {grant.scope.join(" ")}
            </span>,
            <Moment key="given" at={grant.createdAt} locale={locale} />,
            grant.lastUsedAt === undefined ? words.never : <Ago key="used" at={grant.lastUsedAt} {...{ now, texts }} />,
            <Where key="place" words={words} grant={grant} />,
            <ActionForm
              key="revoke"
              id={`revoke-${grant.id}`}
              action={`${basePath}${adminPaths.grants}/${grant.id}/revoke`}
              csrf={view.csrf(grant)}
              fields={view.fields}
              label={own.revoke}
              kind="plain"
              describedBy={id}
            />,
          ],
        };
      })}
      empty={view.empty}
    />
  );
};

type WhichAppView = Pick<DeskView, "texts" | "basePath"> & {
  readonly grant: Grant;
  readonly client: Client | undefined;
};

const WhichApp = ({ grant, client, texts, basePath }: WhichAppView) => (
  <>
    <a href={`${basePath}${pathOfClient(grant.clientId)}`}>
      <bdi>{client === undefined ? grant.clientId : clientName(client, texts)}</bdi>
    </a>
    {grant.name === undefined ? null : (
      <div class="hint">
        <bdi>{grant.name}</bdi>
      </div>
    )}
  </>
);

/** The address of the last use, and the program of the first. */
const Where = ({ words, grant }: Pick<DeskView, "words"> & { readonly grant: Grant }) => (
  <>
    <Address words={words} address={grant.address} />
    {grant.userAgent === undefined ? null : <div class="hint">{programWords(words, grant.userAgent)}</div>}
  </>
);

type WhoseView = Pick<DeskView, "words" | "basePath"> & {
  readonly grant: Grant;
  readonly people: ReadonlyMap<UserId, User>;
};

const Whose = ({ grant, people, words, basePath }: WhoseView) => {
  if (grant.userId === undefined) return <span class="quiet">{words.grants.itself}</span>;
  const user = people.get(grant.userId);
  return user === undefined ? (
    <span class="quiet">{grant.userId}</span>
  ) : (
    <PersonName user={user} basePath={basePath} />
  );
};
