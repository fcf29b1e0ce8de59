import type { UserId } from "../../brand.ts";
import type { Role, User } from "../../model/user.ts";
import type { Instant } from "../../time.ts";
import { Badge } from "../desk/badge.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { SelectField } from "../desk/fields.tsx";
import { FilterActions } from "../desk/filter-actions.tsx";
import { Moment } from "../desk/moment.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Pager } from "../desk/pager.tsx";
import { TextField } from "../text-field.tsx";
import { adminPaths } from "./admin-navigation.ts";
import type { DeskView } from "./desk-view.ts";
import { DoneNotice } from "./done-notice.tsx";
import { type Listed, listAddress } from "./list-page.ts";
import { PersonName } from "./person-name.tsx";
import { PersonState } from "./person-state.tsx";

type PeopleView = DeskView & {
  readonly now: Instant;
  readonly ownId: UserId;
  readonly people: Listed<{ readonly user: User; readonly hasSecondFactor: boolean }>;
  readonly text: string | undefined;
  readonly role: Role | undefined;
  readonly done: string | undefined;
};

export const PeoplePage = ({ words, texts, locale, basePath, now, ownId, people, text, role, done }: PeopleView) => {
  const own = words.people;
  const path = `${basePath}${adminPaths.people}`;
  const isFiltered = text !== undefined || role !== undefined;
  return (
    <>
      <PageHead
        title={own.title}
        lead={own.lead}
        actions={
          <a class="button" id="add-person" href={`${path}/new`}>
            {own.add}
          </a>
        }
      />
      <DoneNotice words={words.done} code={done} />
      <form id="filters" class="filters" method="get" action={path}>
        <TextField
          id="q"
          label={own.search}
          problems={[]}
          input={{ type: "search", value: text ?? "", autocomplete: "off", spellcheck: false }}
        />
        <SelectField
          id="role"
          label={own.role}
          value={role ?? ""}
          options={[
            { value: "", label: own.everyone },
            { value: "admin", label: own.administrators },
          ]}
        />
        <FilterActions
          buttonId="search-button"
          apply={own.apply}
          clear={own.clear}
          path={path}
          isFiltered={isFiltered}
        />
      </form>
      <DataTable
        caption={own.caption}
        columns={[
          { key: "person", label: own.person },
          { key: "email", label: own.email },
          { key: "state", label: own.state },
          { key: "groups", label: own.groups },
          { key: "second-factor", label: own.secondFactor },
          { key: "added", label: own.added },
        ]}
        rows={people.items.map(({ user, hasSecondFactor }) => ({
          id: `person-${user.id}`,
          cells: [
            <PersonName key="person" user={user} basePath={basePath} />,
            user.email,
            <PersonState key="state" user={user} now={now} isSelf={user.id === ownId} words={words} />,
            user.groups.join(", "),
            <Badge key="second-factor" kind={hasSecondFactor ? "good" : "neutral"}>
              {hasSecondFactor ? words.yes : words.no}
            </Badge>,
            <Moment key="added" at={user.createdAt} locale={locale} />,
          ],
        }))}
        empty={isFiltered ? own.nobodyFound : own.nobody}
      />
      <Pager {...people} href={(offset) => listAddress(path, { q: text, role }, offset)} texts={texts} />
    </>
  );
};
