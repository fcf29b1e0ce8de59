import { type Command, Option } from "commander";
import {
  listRegistrationTokens,
  makeRegistrationToken,
  registrationTokenRecord,
  revokeRegistrationToken,
} from "../administration/registration-tokens.ts";
import { durationBetween } from "../config/duration.ts";
import { after, type Duration, hours, inSeconds, isoTime } from "../time.ts";
import { commandLine, withData } from "./open-data.ts";
import { duration, wholeNumber } from "./option-values.ts";
import { WrongUsage } from "./outcome.ts";
import { complain, print, printJson, table, timeCell } from "./printing.ts";

interface Options {
  readonly uses: number;
  readonly expires: Duration;
  readonly list?: boolean;
  readonly revoke?: string;
  readonly json?: boolean;
}

export function registrationTokenCommand(client: Command): void {
  client
    .command("registration-token")
    .description("print an initial access token, with which clients register themselves (RFC 7591)")
    .option("--uses <count>", "how many clients may be registered with it", wholeNumber(1, 1_000_000), 1)
    .addOption(
      new Option("--expires <duration>", "how long it is valid, such as 30m, 1h or 7d")
        .argParser(duration(durationBetween("1m", "1y")))
        .default(hours(1), "1h"),
    )
    .option("--list", "list the tokens with which clients can still be registered; what they read is not shown")
    .option("--revoke <id>", "make the token of this id worthless; clients that were registered with it stay")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ postern client registration-token\n  $ postern client registration-token --uses 20 --expires 7d\n  $ postern client registration-token --list\n  $ postern client registration-token --revoke Zm9vYmFyYm",
    )
    .action(async ({ list = false, revoke, ...options }: Options, command: Command) => {
      const makes = ["uses", "expires"].some((name) => command.getOptionValueSource(name) === "cli");
      if ([list, revoke !== undefined, makes].filter((way) => way).length > 1)
        throw new WrongUsage("give --list, --revoke, or --uses and --expires, one of them");
      if (list) await listTokens(options);
      else if (revoke !== undefined) await revokeToken(revoke, options);
      else await makeToken(options);
    });
}

type Json = Pick<Options, "json">;

async function listTokens({ json = false }: Json): Promise<void> {
  const tokens = await withData(listRegistrationTokens);
  if (json) return printJson(tokens.map(registrationTokenRecord));
  const rows = tokens.map(({ id, usesLeft, expiresAt }) => [id, String(usesLeft), timeCell(expiresAt)]);
  print(table(["ID", "USES LEFT", "EXPIRES"], rows));
}

async function revokeToken(id: string, { json = false }: Json): Promise<void> {
  await withData((data) => revokeRegistrationToken(data, commandLine, id));
  if (json) printJson({ id, revoked: true });
  else print(`Revoked ${id}.`);
}

async function makeToken({ uses, expires, json = false }: Options): Promise<void> {
  const [token, made, mode] = await withData(async (data) => {
    const at = data.clock.now();
    return [
      await makeRegistrationToken(data, commandLine, { uses, lifetime: expires }),
      at,
      data.config.registration,
    ] as const;
  });
  if (mode === "off") complain("POSTERN_REGISTRATION is off here: a server with that setting takes no registrations");
  const facts = { expires_in: inSeconds(expires), expires_at: isoTime(after(made, expires)), uses };
  if (json) printJson({ initial_access_token: token.reveal(), ...facts });
  else print(token.reveal());
}
