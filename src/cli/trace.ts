import type { Command } from "commander";
import { traceRecord } from "../administration/records.ts";
import { asUserId } from "../brand.ts";
import type { Check } from "../oauth-error.ts";
import { withData } from "./open-data.ts";
import { wholeNumber } from "./option-values.ts";
import { Failed } from "./outcome.ts";
import { listing, print, printJson, table, timeCell } from "./printing.ts";

interface Options {
  readonly limit: number;
  readonly json?: boolean;
}

export function traceCommand(program: Command): void {
  program
    .command("trace [request-id]")
    .description("tell why a request was refused; without an id, list the newest refusals")
    .option("--limit <count>", "list at most so many", wholeNumber(1, 2_000), 20)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nThe id stands on the error page and in the header X-Request-Id. A running server writes its refusals down once a\nminute.\n\nExamples:\n  $ postern trace\n  $ postern trace 3pAeF0c9mKx2Qb7RrT5hVw",
    )
    .action(async (id: string | undefined, { limit, json = false }: Options) => {
      if (id === undefined) await list(limit, json);
      else await show(id, json);
    });
}

async function list(limit: number, json: boolean): Promise<void> {
  const traces = await withData(({ store }) => store.traces.list(limit));
  if (json) return printJson(traces.map(traceRecord));
  const rows = traces.map(({ requestId, at, method, path, error, description, address }) => [
    requestId,
    timeCell(at),
    `${method} ${path}`,
    error,
    description,
    address,
  ]);
  print(table(["REQUEST", "TIME", "WHAT", "ERROR", "DESCRIPTION", "ADDRESS"], rows));
}

async function show(id: string, json: boolean): Promise<void> {
  const [trace, username] = await withData(async ({ store }) => {
    const found = await store.traces.find(id);
    const user = found?.userId === undefined ? undefined : await store.users.find(asUserId(found.userId));
    return [found, user?.username] as const;
  });
  if (trace === undefined)
    throw new Failed("there is no trace of such a request; a running server writes them down once a minute");
  const record = traceRecord(trace);
  if (json) return printJson(record);
  const { checks: _, ...facts } = record;
  print(listing({ ...facts, username }));
  for (const check of trace.checks) print(`\n${check.isMet ? "met    " : "NOT MET"}  ${plain(check)}`);
}

/** What was expected and received comes from outside: `listing` lets no control character through. */
const plain = ({ rule, expected, received }: Check): string =>
  [rule, listing({ expected, received })].filter((text) => text !== "").join("\n");
