import { Command, CommanderError } from "commander";
import { applyCommand } from "./apply.ts";
import { backupCommand } from "./backup.ts";
import { clientCommand } from "./client.ts";
import { completionCommand } from "./completion.ts";
import { composeCommand } from "./compose.ts";
import { doctorCommand } from "./doctor.ts";
import { envCommand } from "./env.ts";
import { eventCommand } from "./event.ts";
import { grantCommand } from "./grant.ts";
import { healthcheckCommand } from "./healthcheck.ts";
import { keyCommand } from "./key.ts";
import { logLevelCommand } from "./log-level.ts";
import { restoreCommand } from "./restore.ts";
import { rollbackCommand } from "./rollback.ts";
import { scopeCommand } from "./scope.ts";
import { sessionCommand } from "./session.ts";
import { setupLinkCommand } from "./setup-link.ts";
import { systemdCommand } from "./systemd.ts";
import { tokenCommand } from "./token.ts";
import { traceCommand } from "./trace.ts";
import { tryCommand } from "./try.ts";
import { userCommand } from "./user.ts";
import { verifyCommand } from "./verify.ts";
import { versionCommand, versionLine } from "./version.ts";

const examples = `
Examples:
  $ postern                                       start the server
  $ postern setup-link                            make the first administrator
  $ postern client create --name Wiki --redirect-uri https://wiki.example/callback
  $ postern try device                            see a sign-in from a device

Settings come from POSTERN_ variables: postern env shows them.`;

/** In the order of the help. */
const commands = [
  setupLinkCommand,
  userCommand,
  clientCommand,
  scopeCommand,
  applyCommand,
  grantCommand,
  sessionCommand,
  keyCommand,
  tokenCommand,
  eventCommand,
  traceCommand,
  backupCommand,
  verifyCommand,
  restoreCommand,
  rollbackCommand,
  doctorCommand,
  envCommand,
  versionCommand,
  healthcheckCommand,
  logLevelCommand,
  systemdCommand,
  composeCommand,
  completionCommand,
  tryCommand,
];

/** Reads the words of a command and runs it. */
export async function runProgram(words: readonly string[]): Promise<number> {
  const program = new Command("postern")
    .description("An OAuth 2.0 authorization server and OpenID Connect provider in one executable.")
    .exitOverride()
    .showHelpAfterError(false)
    .configureOutput({ outputError: (message, write) => write(message.replace(/^error: /, "postern: ")) })
    .version(versionLine, "-V, --version", "print the version")
    .helpCommand("help [command]", "explain a command")
    .addHelpText("after", examples);
  serveCommand(program);
  for (const add of commands) add(program);
  try {
    await program.parseAsync([...words], { from: "user" });
    return 0;
  } catch (error) {
    // Help that was asked for has the code 0; help instead of a missing sub-command is wrong usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

function serveCommand(program: Command): void {
  program
    .command("serve")
    .description("run the server (also without any word)")
    .option("--embed", "for a program that starts Postern as a part of itself: see docs/embedding.md")
    .addHelpText(
      "after",
      "\nThe data directory is made at the first start. SIGTERM and Ctrl+C stop the server when what is under way is\nanswered; SIGHUP reads POSTERN_CLIENTS_FILE and the TLS certificate again.\n\nWith --embed it says that it is ready in one JSON line on standard output, logs JSON lines on standard error, ends when\nstandard input closes, and listens on the socket postern.sock in the data directory unless POSTERN_LISTEN is set.\n\nExamples:\n  $ postern serve\n  $ POSTERN_ISSUER=https://sso.example.net POSTERN_LISTEN=[::]:8080 postern serve",
    )
    .action(async ({ embed = false }: { readonly embed?: boolean }) => {
      if (embed) await (await import("./embed.ts")).serveEmbedded();
      else await (await import("./serve.ts")).serve();
    });
}
