import type { ClientId, UserId } from "../../brand.ts";
import type { Client } from "../../model/client.ts";
import type { Grant } from "../../model/grant.ts";
import type { User } from "../../model/user.ts";
import type { Instant } from "../../time.ts";
import { clientName } from "../client-face.ts";
import { FilterActions } from "../desk/filter-actions.tsx";
import { Notice } from "../desk/notice.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Pager } from "../desk/pager.tsx";
import { TextField } from "../text-field.tsx";
import { adminPaths } from "./admin-navigation.ts";
import type { DeskView } from "./desk-view.ts";
import { DoneNotice } from "./done-notice.tsx";
import { GrantTable } from "./grant-table.tsx";
import { type Listed, listAddress } from "./list-page.ts";

/** What was asked for, and whom and what it means. */
export interface GrantFilters {
  readonly person: string | undefined;
  readonly user: User | undefined;
  readonly client: string | undefined;
  /** One, where it is clear; several with a name that fits. */
  readonly clients: readonly Client[];
}

type GrantsView = DeskView & {
  readonly now: Instant;
  readonly filters: GrantFilters;
  readonly grants: Listed<Grant>;
  readonly clients: ReadonlyMap<ClientId, Client>;
  readonly people: ReadonlyMap<UserId, User>;
  readonly csrf: (grant: Grant) => string;
  readonly done: string | undefined;
};

export const GrantsPage = ({ filters, grants, done, ...view }: GrantsView) => {
  const { words, texts, basePath } = view;
  const own = words.grants;
  const path = `${basePath}${adminPaths.grants}`;
  const { person, client } = filters;
  const isFiltered = person !== undefined || client !== undefined;
  return (
    <>
      <PageHead title={own.title} lead={own.lead} />
      <DoneNotice words={words.done} code={done} />
      <form id="filters" class="filters" method="get" action={path}>
        <Filter id="person" label={own.personFilter} value={person} />
        <Filter id="client" label={own.appFilter} value={client} />
        <FilterActions buttonId="show-button" apply={own.apply} clear={own.clear} path={path} isFiltered={isFiltered} />
      </form>
      <Unclear {...view} filters={filters} />
      <GrantTable
        {...view}
        grants={grants.items}
        fields={{ ...(person && { person }), ...(client && { client }), offset: String(grants.offset) }}
        empty={isFiltered ? own.noneFound : own.none}
      />
      <Pager {...grants} href={(offset) => listAddress(path, { person, client }, offset)} texts={texts} />
    </>
  );
};

type FilterView = {
  readonly id: string;
  readonly label: string;
  readonly value: string | undefined;
};

const Filter = ({ id, label, value }: FilterView) => (
  <TextField
    id={id}
    label={label}
    problems={[]}
    input={{ type: "search", value: value ?? "", autocomplete: "off", autocapitalize: "none", spellcheck: false }}
  />
);

/** Says what is wrong with the filters, and offers the apps that could be meant. */
const Unclear = ({ filters, words: { grants: own }, texts, basePath }: DeskView & Pick<GrantsView, "filters">) => {
  const { person, user, client, clients } = filters;
  const isNobody = person !== undefined && user === undefined;
  const isNoApp = client !== undefined && clients.length === 0;
  if (!isNobody && !isNoApp && clients.length < 2) return null;
  return (
    <Notice kind="info">
      {isNobody ? <p>{own.nobody}</p> : null}
      {isNoApp ? <p>{own.noApp}</p> : null}
      {clients.length > 1 ? (
        <>
          <p>{own.severalApps}</p>
          <ul>
            {clients.map((one) => (
              <li key={one.id}>
                <a href={listAddress(`${basePath}${adminPaths.grants}`, { person, client: one.id })}>
                  <bdi>{clientName(one, texts)}</bdi>
                </a>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Notice>
  );
};
