import type { EventPage, NamedEvent } from "../../administration/events.ts";
import { DataTable } from "../desk/data-table.tsx";
import { SelectField } from "../desk/fields.tsx";
import { FilterActions } from "../desk/filter-actions.tsx";
import { Moment } from "../desk/moment.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { type Problem, ProblemSummary, problemsOf } from "../problem-summary.tsx";
import { TextField } from "../text-field.tsx";
import { adminPaths } from "./admin-navigation.ts";
import { actorIn, WhichApp, Whom, whatHappened } from "./event-table.tsx";
import { listAddress } from "./list-page.ts";
import type { OperationView } from "./operation-page.ts";

export const auditFilters = ["name", "person", "client", "from", "to"] as const;
type Filter = (typeof auditFilters)[number];

/** What was asked for, as it was typed. */
export type TypedFilter = Readonly<Record<Filter, string>>;

/** The filter that makes no sense. */
export type AuditProblem = "person" | "from" | "to";

type AuditLogView = OperationView & {
  readonly typed: TypedFilter;
  readonly problems: readonly AuditProblem[];
  readonly events: EventPage;
  readonly isFirst: boolean;
};

export const AuditLogPage = (view: AuditLogView) => {
  const { operation, words, locale, basePath, typed, events, isFirst } = view;
  const own = operation.audit;
  const path = `${basePath}${adminPaths.auditLog}`;
  const problems: readonly Problem<Filter>[] = view.problems.map((field) => ({
    message: field === "person" ? own.nobody : own.badTime,
    fields: [field],
  }));
  const isFiltered = Object.values(typed).some((value) => value !== "");
  return (
    <>
      <PageHead title={own.title} lead={own.lead} />
      <ProblemSummary problems={problems} />
      <Filters {...view} isFiltered={isFiltered} of={problems} />
      <DataTable
        caption={own.caption}
        columns={[
          { key: "event", label: own.event },
          { key: "when", label: own.when },
          { key: "whom", label: own.whom },
          { key: "app", label: own.whichApp },
          { key: "by", label: own.by },
          { key: "address", label: own.address },
          { key: "detail", label: own.detail },
        ]}
        rows={events.items.map((named) => ({
          id: `event-${named.event.id}`,
          cells: [
            <What key="event" named={named} words={words} />,
            <Moment key="when" at={named.event.at} locale={locale} />,
            <Whom key="whom" named={named} basePath={basePath} />,
            <WhichApp key="app" named={named} basePath={basePath} />,
            <bdi key="by">{actorIn(words, named)}</bdi>,
            named.event.address,
            <Detail key="detail" named={named} />,
          ],
        }))}
        empty={isFiltered ? own.noneFound : own.none}
      />
      {isFirst && events.next === undefined ? null : (
        <nav class="pager" aria-label={own.pages}>
          <ul>
            {isFirst ? null : (
              <li>
                <a class="button button-quiet" id="newest" href={listAddress(path, typed)}>
                  {own.newest}
                </a>
              </li>
            )}
            {events.next === undefined ? null : (
              <li>
                <a
                  class="button button-quiet"
                  id="older"
                  rel="next"
                  href={listAddress(path, { ...typed, before: String(events.next) })}
                >
                  {own.older}
                </a>
              </li>
            )}
          </ul>
        </nav>
      )}
      {events.items.length === 0 ? null : (
        <p class="actions">
          <span class="quiet">{own.export}</span>
          <a class="button button-quiet" id="export-csv" href={listAddress(`${path}/export.csv`, typed)}>
            {own.csv}
          </a>
          <a class="button button-quiet" id="export-jsonl" href={listAddress(`${path}/export.jsonl`, typed)}>
            {own.jsonLines}
          </a>
        </p>
      )}
    </>
  );
};

type FiltersView = AuditLogView & { readonly isFiltered: boolean; readonly of: readonly Problem<Filter>[] };

const Filters = ({ operation, words, basePath, typed, isFiltered, of: problems }: FiltersView) => {
  const own = operation.audit;
  const path = `${basePath}${adminPaths.auditLog}`;
  const text = { type: "search", autocomplete: "off", autocapitalize: "none", spellcheck: false } as const;
  const time = { type: "datetime-local", autocomplete: "off" } as const;
  return (
    <form id="filters" class="filters" method="get" action={path}>
      <SelectField
        id="name"
        label={own.what}
        value={typed.name}
        options={[
          { value: "", label: own.everything },
          ...Object.entries(own.kinds).map(([value, label]) => ({ value, label })),
          ...Object.entries(words.events.names).map(([value, label]) => ({ value, label: `${label} (${value})` })),
        ]}
      />
      <TextField
        id="person"
        label={own.person}
        problems={problemsOf(problems, "person")}
        input={{ ...text, value: typed.person }}
      />
      <TextField id="client" label={own.app} problems={[]} input={{ ...text, value: typed.client }} />
      <TextField
        id="from"
        label={own.from}
        problems={problemsOf(problems, "from")}
        input={{ ...time, value: typed.from }}
      />
      <TextField id="to" label={own.to} problems={problemsOf(problems, "to")} input={{ ...time, value: typed.to }} />
      <FilterActions buttonId="show-button" apply={own.apply} clear={own.clear} path={path} isFiltered={isFiltered} />
    </form>
  );
};

/** In plain words, with the name that scripts know. */
const What = ({ named, words }: Pick<OperationView, "words"> & { readonly named: NamedEvent }) => (
  <>
    {whatHappened(words, named)}
    <div class="hint">
      <code>{named.event.name}</code>
    </div>
  </>
);

const Detail = ({ named: { event } }: { readonly named: NamedEvent }) =>
  event.detail === undefined ? null : (
    <ul class="lines">
      {Object.entries(event.detail).map(([name, value]) => (
        <li key={name}>
          <code>{`${name}: ${value}`}</code>
        </li>
      ))}
    </ul>
  );
