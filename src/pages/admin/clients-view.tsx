import { kindOf } from "../../clients/kinds.ts";
import type { Client } from "../../model/client.ts";
import type { Instant } from "../../time.ts";
import { DataTable } from "../desk/data-table.tsx";
import { Ago, Moment } from "../desk/moment.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Pager } from "../desk/pager.tsx";
import { TextField } from "../text-field.tsx";
import { adminPaths } from "./admin-navigation.ts";
import type { ApplicationView } from "./application-page.ts";
import { ClientName } from "./client-name.tsx";
import { ClientState } from "./client-state.tsx";
import { DoneNotice } from "./done-notice.tsx";
import { type Listed, listAddress } from "./list-page.ts";

type ClientsView = ApplicationView & {
  readonly now: Instant;
  readonly clients: Listed<Client>;
  readonly text: string | undefined;
  readonly done: string | undefined;
};

export const ClientsPage = ({ apps, words, texts, locale, basePath, now, clients, text, done }: ClientsView) => {
  const own = apps.list;
  const path = `${basePath}${adminPaths.apps}`;
  return (
    <>
      <PageHead
        title={own.title}
        lead={own.lead}
        actions={
          <a class="button" id="add-client" href={`${path}/new`}>
            {own.add}
          </a>
        }
      />
      <DoneNotice words={apps.done} code={done} />
      <form id="filters" class="filters" method="get" action={path}>
        <TextField
          id="q"
          label={own.search}
          problems={[]}
          input={{ type: "search", value: text ?? "", autocomplete: "off", spellcheck: false }}
        />
        <div class="actions">
          <button class="button button-quiet" type="submit" id="search-button">
            {own.apply}
          </button>
          {text === undefined ? null : (
            <a class="button button-quiet" href={path}>
              {own.clear}
            </a>
          )}
        </div>
      </form>
      <DataTable
        caption={own.caption}
        columns={[
          { key: "app", label: own.app },
          { key: "kind", label: own.kind },
          { key: "state", label: own.state },
          { key: "used", label: own.used },
          { key: "added", label: own.added },
        ]}
        rows={clients.items.map((client) => ({
          id: `client-${client.id}`,
          cells: [
            <ClientName key="app" client={client} texts={texts} basePath={basePath} />,
            apps.kinds[kindOf(client.metadata)],
            <ClientState key="state" client={client} apps={apps} />,
            client.lastUsedAt === undefined ? (
              words.never
            ) : (
              <Ago key="used" at={client.lastUsedAt} now={now} texts={texts} />
            ),
            <Moment key="added" at={client.createdAt} locale={locale} />,
          ],
        }))}
        empty={text === undefined ? own.none : own.noneFound}
      />
      <Pager {...clients} href={(offset) => listAddress(path, { q: text }, offset)} texts={texts} />
    </>
  );
};
