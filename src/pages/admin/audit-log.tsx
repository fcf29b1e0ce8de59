import { Elysia } from "elysia";
import { type EventFormat, exportEvents, pageOfEvents } from "../../administration/events.ts";
import { asClientId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { queryText } from "../../http/form.ts";
import { notStored } from "../../http/respond.ts";
import { readParameters } from "../../rules/parameters.ts";
import type { EventFilter } from "../../store/records.ts";
import { fromIsoTime, type Instant } from "../../time.ts";
import { adminPaths } from "./admin-navigation.ts";
import { adminPage, nothingHere } from "./admin-page.ts";
import { AuditLogPage, type AuditProblem, auditFilters, type TypedFilter } from "./audit-log-view.tsx";
import { atOperation, type OperationVisit } from "./operation-page.ts";
import { personNamed } from "./person-at.ts";

const queryNames: ReadonlySet<string> = new Set([...auditFilters, "before"]);

/** So many events on one page. */
const limit = 50;

const formats: Readonly<Record<string, EventFormat>> = { "export.csv": "csv", "export.jsonl": "jsonl" };

/** What happened: filtered, paged, and to be saved. */
export const auditLogPage = (context: Context) =>
  new Elysia({ name: "audit-log-page" })
    .get(adminPaths.auditLog, ({ request, server }) => atOperation(context, request, server, show), {
      detail: { hide: true },
    })
    .get(
      `${adminPaths.auditLog}/:file`,
      ({ request, server, params: { file } }) =>
        atOperation(context, request, server, async (visit) => save(visit, file)),
      { detail: { hide: true } },
    );

async function show(visit: OperationVisit): Promise<Response> {
  const { context, request, operation } = visit;
  const query = readParameters(queryText(request), queryNames);
  const typed = typedIn(query);
  const { filter, problems } = await filterOf(visit, typed);
  const before = query.get("before");
  const events =
    problems.length > 0
      ? { items: [] }
      : await pageOfEvents(context, {
          ...filter,
          limit,
          before: before !== undefined && /^\d{1,15}$/.test(before) ? Number(before) : undefined,
        });
  const body = (
    <AuditLogPage {...visit} typed={typed} problems={problems} events={events} isFirst={before === undefined} />
  );
  return adminPage(visit, { part: "auditLog", title: operation.audit.title, body });
}

/** The filters are those of the page that the link stood on. */
async function save(visit: OperationVisit, file: string): Promise<Response> {
  const { context, request } = visit;
  const format = Object.hasOwn(formats, file) ? formats[file] : undefined;
  if (format === undefined) throw nothingHere();
  const { filter, problems } = await filterOf(visit, typedIn(readParameters(queryText(request), queryNames)));
  if (problems.length > 0) throw nothingHere();
  const { mediaType, fileName, body } = exportEvents(context, filter, format);
  return new Response(body, {
    headers: {
      ...notStored,
      "content-type": mediaType,
      "content-disposition": `attachment; filename="${fileName}"`,
      "x-content-type-options": "nosniff",
    },
  });
}

const typedIn = (query: ReadonlyMap<string, string>): TypedFilter => ({
  name: query.get("name")?.trim() ?? "",
  person: query.get("person")?.trim() ?? "",
  client: query.get("client")?.trim() ?? "",
  from: query.get("from")?.trim() ?? "",
  to: query.get("to")?.trim() ?? "",
});

async function filterOf(
  visit: OperationVisit,
  { name, person, client, from, to }: TypedFilter,
): Promise<{ readonly filter: EventFilter; readonly problems: readonly AuditProblem[] }> {
  const user = person === "" ? undefined : await personNamed(visit, person);
  const [start, end] = [from, to].map(timeIn);
  return {
    filter: {
      ...(name === "" ? {} : { name }),
      ...(user === undefined ? {} : { userId: user.id }),
      ...(client === "" ? {} : { clientId: asClientId(client) }),
      ...(start === undefined ? {} : { from: start }),
      ...(end === undefined ? {} : { to: end }),
    },
    problems: [
      ...(person !== "" && user === undefined ? ["person" as const] : []),
      ...(from !== "" && start === undefined ? ["from" as const] : []),
      ...(to !== "" && end === undefined ? ["to" as const] : []),
    ],
  };
}

/** What a field for date and time gives, with or without seconds, is UTC here: the page says so. */
const timeIn = (text: string): Instant | undefined => {
  const withSeconds = /T\d\d:\d\d$/.test(text) ? `${text}:00` : text;
  return fromIsoTime(/T\d\d:\d\d:\d\d$/.test(withSeconds) ? `${withSeconds}Z` : withSeconds);
};
