import type { NamedEvent } from "../../administration/events.ts";
import type { ActivityPoint, Overview } from "../../administration/statistics.ts";
import { type Duration, days, type Instant } from "../../time.ts";
import { BarChart } from "../desk/chart.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { Moment } from "../desk/moment.tsx";
import { formatBytes, formatDay, formatNumber, formatTime } from "../desk/numbers.ts";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { type AdminPart, adminPaths } from "./admin-navigation.ts";
import { DashboardWarnings } from "./dashboard-warnings.tsx";
import type { DeskView } from "./desk-view.ts";
import { EventTable } from "./event-table.tsx";

type DashboardView = DeskView & {
  readonly overview: Overview;
  readonly events: readonly NamedEvent[];
  readonly version: string;
  readonly startedAt: Instant;
};

export const DashboardPage = (view: DashboardView) => {
  const { words, basePath, locale, overview } = view;
  const own = words.dashboard;
  return (
    <>
      <PageHead
        title={own.title}
        lead={
          <>
            {own.version(view.version)} · {own.runningSince} <Moment at={view.startedAt} locale={locale} />
          </>
        }
      />
      {overview.warnings.length === 0 ? null : (
        <Panel id="warnings" title={own.warnings}>
          <DashboardWarnings {...view} warnings={overview.warnings} />
        </Panel>
      )}
      <Panel id="numbers" title={own.numbers}>
        <Tiles {...view} />
      </Panel>
      <Panel id="activity" title={own.activity} hint={own.activityHint}>
        <Charts {...view} />
      </Panel>
      <Panel id="keys" title={own.keys}>
        <KeyAges {...view} />
        <p>
          <a href={`${basePath}${adminPaths.keys}`}>{own.allKeys}</a>
        </p>
      </Panel>
      <Panel id="events" title={own.events}>
        <EventTable {...view} />
        <p>
          <a href={`${basePath}${adminPaths.auditLog}`}>{own.allEvents}</a>
        </p>
      </Panel>
    </>
  );
};

const Tiles = ({ words: { dashboard: own }, locale, basePath, overview: { now, lastMonth } }: DashboardView) => {
  const number = (value: number) => formatNumber(locale, value);
  const today = lastMonth.at(-1);
  const tile = (label: string, value: string, part?: AdminPart, hint?: string) => (
    <Tile key={label} {...{ label, value, hint }} href={part && `${basePath}${adminPaths[part]}`} />
  );
  return (
    <div class="tiles">
      {tile(
        own.people,
        number(now.users),
        "people",
        own.peopleHint(number(now.administrators), number(now.disabledUsers)),
      )}
      {tile(own.apps, number(now.clients), "apps", own.appsHint(number(now.waitingClients)))}
      {tile(own.grants, number(now.liveGrants), "grants")}
      {tile(own.sessions, number(now.sessions), "sessions")}
      {tile(own.tokensToday, number(today?.tokens ?? 0))}
      {tile(
        own.signInsToday,
        number(today?.signIns ?? 0),
        undefined,
        own.failedToday(number(today?.failedSignIns ?? 0)),
      )}
      {tile(own.database, formatBytes(locale, now.databaseBytes))}
    </div>
  );
};

type TileView = {
  readonly label: string;
  readonly value: string;
  readonly hint: string | undefined;
  readonly href: string | undefined;
};

/** A number, and where what it counts is listed. */
const Tile = ({ label, value, hint, href }: TileView) => {
  const inside = (
    <>
      <span class="tile-label">{label}</span>
      <span class="tile-value">{value}</span>
      {hint === undefined ? null : <span class="hint">{hint}</span>}
    </>
  );
  return href === undefined ? (
    <div class="tile">{inside}</div>
  ) : (
    <a class="tile" href={href}>
      {inside}
    </a>
  );
};

const Charts = ({ words: { dashboard: own }, locale, overview: { lastDay, lastMonth } }: DashboardView) => {
  const chart = (
    title: string,
    points: readonly ActivityPoint[],
    format: typeof formatTime,
    countOf: (point: ActivityPoint) => number,
  ) => (
    <BarChart
      key={title}
      title={title}
      points={points.map((point) => ({ label: format(locale, point.at), value: countOf(point) }))}
      locale={locale}
    />
  );
  return (
    <div class="charts">
      {chart(own.tokensDay, lastDay, formatTime, ({ tokens }) => tokens)}
      {chart(own.tokensMonth, lastMonth, formatDay, ({ tokens }) => tokens)}
      {chart(own.signInsDay, lastDay, formatTime, ({ signIns }) => signIns)}
      {chart(own.signInsMonth, lastMonth, formatDay, ({ signIns }) => signIns)}
      {chart(own.failuresDay, lastDay, formatTime, ({ failedSignIns }) => failedSignIns)}
      {chart(own.failuresMonth, lastMonth, formatDay, ({ failedSignIns }) => failedSignIns)}
    </div>
  );
};

const KeyAges = ({ words: { dashboard: own }, locale, overview: { keys } }: DashboardView) => (
  <DataTable
    caption={own.keysCaption}
    columns={[
      { key: "key", label: own.key },
      { key: "algorithm", label: own.algorithm },
      { key: "made", label: own.made },
      { key: "age", label: own.age, isNumeric: true },
    ]}
    rows={keys.map(({ number, purpose, algorithm, createdAt, age }) => ({
      id: `key-${number}`,
      cells: [
        own.purposes[purpose],
        algorithm,
        <Moment key="made" at={createdAt} locale={locale} />,
        own.days(wholeDays(age)),
      ],
    }))}
    empty={own.noKeys}
  />
);

const wholeDays = (age: Duration): number => Math.max(0, Math.floor(age / days(1)));
