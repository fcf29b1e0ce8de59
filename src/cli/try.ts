import type { Command } from "commander";
import { wholeNumber } from "./option-values.ts";
import { tryCode } from "./try-code.ts";
import { tryDevice } from "./try-device.ts";

export function tryCommand(program: Command): void {
  const trial = program
    .command("try")
    .description("a small client: run a flow against a server and see what comes back");
  trialOptions(trial.command("device").description("sign in as a television would, with a code and a phone (RFC 8628)"))
    .addHelpText("after", examples("device"))
    .action(tryDevice);
  trialOptions(
    trial
      .command("code")
      .description("sign in as a program on this machine would, with a browser (RFC 6749 §4.1, PKCE)"),
  )
    .option(
      "--port <port>",
      "where to wait for the browser on this machine (default: any free port)",
      wholeNumber(1, 65535),
    )
    .addHelpText("after", examples("code"))
    .action(tryCode);
}

const trialOptions = (command: Command): Command =>
  command
    .option("--issuer <url>", "the server (default: the one of this data directory)")
    .option("--client-id <id>", "a public client of that server (default: one that is made or registered)")
    .option("--initial-access-token <token>", "to register a client at a server that asks for one")
    .option("--scope <scopes>", "what to ask for")
    .option("--show", "print tokens whole")
    .option("--json", "print one JSON object a line, tokens whole");

const examples = (flow: string) => `
At the server of this data directory the client is "postern-try", made at the first time, and "postern-try-api" stands
for an API that receives the token; it gets a new secret each time. Delete them when you have seen enough.

Examples:
  $ postern try ${flow}
  $ postern try ${flow} --issuer https://sso.example.net --client-id my-client
  $ postern try ${flow} --json`;
