import type { Command } from "commander";
import { sessionRecord } from "../administration/records.ts";
import { endSession, listSessions } from "../administration/sessions.ts";
import { findUserByName } from "../administration/users.ts";
import { asSessionId } from "../brand.ts";
import { commandLine, withData } from "./open-data.ts";
import { print, printJson, table, timeCell } from "./printing.ts";

export function sessionCommand(program: Command): void {
  const session = program.command("session").description("see and end the browsers in which people are signed in");
  list(session);
  end(session);
}

function list(session: Command): void {
  session
    .command("list")
    .description("list the sessions that live")
    .option("--user <name>", "only this person's")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ postern session list\n  $ postern session list --user ann --json")
    .action(async ({ user, json = false }: { readonly user?: string; readonly json?: boolean }) => {
      const records = await withData(async (data) => {
        const userId = user === undefined ? undefined : (await findUserByName(data, user)).id;
        const names = new Map((await data.store.users.list()).map(({ id, username }) => [id, username]));
        return (await listSessions(data, userId)).map((one) => ({ ...one, username: names.get(one.userId) }));
      });
      if (json) return printJson(records.map((one) => sessionRecord(one, one.username)));
      const rows = records.map((one) => [
        one.id,
        one.username,
        timeCell(one.authTime),
        timeCell(one.lastSeenAt),
        one.address,
        one.userAgent,
      ]);
      print(table(["ID", "USER", "SIGNED IN", "LAST SEEN", "ADDRESS", "BROWSER"], rows));
    });
}

function end(session: Command): void {
  session
    .command("end <id>")
    .description("sign a browser out, and end the grants that are bound to the session")
    .addHelpText("after", "\nExamples:\n  $ postern session end u0yq1K0yQmZ3Qm9mJkQX4A")
    .action(async (id: string) => {
      await withData((data) => endSession(data, commandLine, asSessionId(id)));
      print(`Ended ${id}.`);
    });
}
