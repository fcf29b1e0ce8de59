import { type Command, Option } from "commander";
import { eventRecord, isEventName, type NamedEvent, pageOfEvents } from "../administration/events.ts";
import { findUserByName } from "../administration/users.ts";
import { asClientId } from "../brand.ts";
import { durationBetween } from "../config/duration.ts";
import { before, type Duration } from "../time.ts";
import { withData } from "./open-data.ts";
import { duration, wholeNumber } from "./option-values.ts";
import { WrongUsage } from "./outcome.ts";
import { print, printJson, table, timeCell } from "./printing.ts";

export function eventCommand(program: Command): void {
  list(program.command("event").description("read the audit log"));
}

interface Filter {
  readonly name?: string;
  readonly user?: string;
  readonly client?: string;
  readonly since?: Duration;
  readonly limit: number;
  readonly json?: boolean;
}

function list(event: Command): void {
  event
    .command("list")
    .description("list who did what, the newest first")
    .option("--name <name>", "only events of this name, or whose name begins with it: sign-in.failed, client")
    .option("--user <name>", "only about this person")
    .option("--client <id>", "only about this client")
    .addOption(
      new Option("--since <duration>", "only what happened in the last 90s, 12h, 7d …").argParser(
        duration(durationBetween("1s", "3650d")),
      ),
    )
    .option("--limit <count>", "at most so many", wholeNumber(1, 10_000), 100)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ postern event list --since 7d\n  $ postern event list --name sign-in.failed --user ann\n  $ postern event list --name client --json | jq -r '.[].name'",
    )
    .action(async ({ json = false, ...filter }: Filter) => {
      const items = await find(filter);
      if (json) printJson(items.map(eventRecord));
      else print(table(["TIME", "EVENT", "BY", "USER", "CLIENT", "ADDRESS", "DETAIL"], items.map(row)));
    });
}

async function find({ name, user, client, since, limit }: Filter): Promise<readonly NamedEvent[]> {
  if (name !== undefined && !isEventName(name)) throw new WrongUsage("there are no events of that name");
  const { items } = await withData(async (data) =>
    pageOfEvents(data, {
      name,
      userId: user === undefined ? undefined : (await findUserByName(data, user)).id,
      // It may be gone: what happened to it is still there.
      clientId: client === undefined ? undefined : asClientId(client),
      from: since === undefined ? undefined : before(data.clock.now(), since),
      limit,
    }),
  );
  return items;
}

function row({ event, actorName, username }: NamedEvent): readonly (string | undefined)[] {
  const { at, name, actor, userId, clientId, address, detail } = event;
  const actorId = actor.kind === "user" ? actor.userId : actor.kind === "client" ? actor.clientId : undefined;
  return [
    timeCell(at),
    name,
    actorId === undefined ? actor.kind : (actorName ?? actorId),
    username ?? userId,
    clientId,
    address,
    detail &&
      Object.entries(detail)
        .map(([fact, value]) => `${fact}=${value}`)
        .join(" "),
  ];
}
