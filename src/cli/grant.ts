import type { Command } from "commander";
import { findClient } from "../administration/clients.ts";
import { listGrants, revokeGrant } from "../administration/grants.ts";
import { grantRecord } from "../administration/records.ts";
import { findUserByName } from "../administration/users.ts";
import { asGrantId } from "../brand.ts";
import type { Grant } from "../model/grant.ts";
import { commandLine, type Data, withData } from "./open-data.ts";
import { print, printJson, table, timeCell } from "./printing.ts";

export function grantCommand(program: Command): void {
  const grant = program.command("grant").description("see and end what people have allowed clients");
  list(grant);
  revoke(grant);
}

interface Filter {
  readonly user?: string;
  readonly client?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

function list(grant: Command): void {
  grant
    .command("list")
    .description("list the grants that live")
    .option("--user <name>", "only this person's")
    .option("--client <id>", "only this client's")
    .option("--all", "ended ones too, as long as they are kept")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ postern grant list --user ann\n  $ postern grant list --client tv --json | jq -r '.[].id'",
    )
    .action(async ({ json = false, ...filter }: Filter) => {
      const [grants, names] = await withData((data) => grantsWithNames(data, filter));
      if (json) return printJson(grants.map((one) => grantRecord(one, names.get(one.userId ?? ""))));
      const rows = grants.map((one) => [
        one.id,
        one.userId === undefined ? undefined : names.get(one.userId),
        one.clientId,
        one.scope.join(" "),
        timeCell(one.createdAt),
        timeCell(one.lastUsedAt),
        one.endedAt === undefined ? "live" : one.endedBecause,
      ]);
      print(table(["ID", "USER", "CLIENT", "SCOPE", "CREATED", "LAST USED", "STATE"], rows));
    });
}

async function grantsWithNames(
  data: Data,
  { user, client, all }: Filter,
): Promise<readonly [readonly Grant[], ReadonlyMap<string, string>]> {
  const userId = user === undefined ? undefined : (await findUserByName(data, user)).id;
  const clientId = client === undefined ? undefined : (await findClient(data, client)).id;
  const grants = await listGrants(data, { userId, clientId, ended: all });
  const users = await data.store.users.list();
  return [grants, new Map(users.map(({ id, username }) => [id, username]))];
}

function revoke(grant: Command): void {
  grant
    .command("revoke <id>")
    .description("end a grant and all its tokens; a client's own grant goes on with new tokens")
    .addHelpText("after", "\nExamples:\n  $ postern grant revoke 5Zc2Pr4Zy1oZQvTqKkYb0w")
    .action(async (id: string) => {
      const wasLive = await withData((data) => revokeGrant(data, commandLine, asGrantId(id)));
      print(wasLive ? `Ended ${id}.` : `${id} had ended before.`);
    });
}
