import type { Command } from "commander";
import { type InspectedToken, inspectToken } from "../administration/tokens.ts";
import { withContext } from "./open-data.ts";
import { Failed, WrongUsage } from "./outcome.ts";
import { isoOrNone, listing, print, printJson } from "./printing.ts";

export function tokenCommand(program: Command): void {
  program
    .command("token")
    .description("read what Postern hands out")
    .command("inspect [token]")
    .description("read a token, code or secret as the server sees it; from standard input if none is given")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nThe exit code is 0 for everything that this server has made, live or not, and 1 for the rest.\n\nExamples:\n  $ postern token inspect pst_at_…\n  $ pbpaste | postern token inspect --json",
    )
    .action(async (given: string | undefined, { json = false }: { readonly json?: boolean }) => {
      if (given === undefined && process.stdin.isTTY)
        process.stderr.write("Paste the token and press Enter, then Ctrl+D.\n");
      const token = (given ?? (await Bun.stdin.text())).trim();
      if (token === "") throw new WrongUsage("give a token, as an argument or on standard input");
      const inspected = await withContext((context) => inspectToken(context, token));
      const record = tokenRecord(inspected);
      if (json) printJson(record);
      else if (inspected.kind !== "unknown") print(listing(record));
      if (inspected.kind === "unknown") throw new Failed("this server has not made that, or no longer knows it");
    });
}

const tokenRecord = (token: InspectedToken) => ({
  kind: token.kind,
  live: token.live,
  because: token.because,
  format: token.format,
  client_id: token.clientId,
  username: token.username,
  sub: token.subject,
  scope: token.scope?.join(" "),
  issued_at: isoOrNone(token.issuedAt),
  expires_at: isoOrNone(token.expiresAt),
  auth_time: isoOrNone(token.authTime),
  acr: token.acr,
  jti: token.tokenId,
  grant_id: token.grantId,
});
