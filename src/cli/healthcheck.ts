import { existsSync } from "node:fs";
import type { Command } from "commander";
import { type Listen, listenText, parseListen } from "../config/address.ts";
import { loadConfig } from "../config/load.ts";
import { recordedInstance } from "../server/instance.ts";
import { becomeOwner } from "./data-directory.ts";
import { Failed } from "./outcome.ts";
import { print } from "./printing.ts";

const longestWait = 5000;

export function healthcheckCommand(program: Command): void {
  program
    .command("healthcheck")
    .description("ask the running server whether it is ready: exit code 0 or 1")
    .addHelpText(
      "after",
      '\nThe server is the one of the data directory (POSTERN_DATA_DIR), or the one at POSTERN_LISTEN.\n\nExamples:\n  $ postern healthcheck\n  HEALTHCHECK CMD ["postern", "healthcheck"]',
    )
    .action(async () => {
      const where = await checkReady();
      print(`ready on ${where}`);
    });
}

async function checkReady(): Promise<string> {
  const config = loadConfig(process.env);
  const recorded = recordedInstance(config.dataDir);
  const isSet = (process.env.POSTERN_LISTEN ?? "").trim() !== "";
  if (recorded === undefined && !isSet) {
    // Another user cannot see whether there is one.
    if (existsSync(config.dataDir)) becomeOwner(config.dataDir);
    throw new Failed(`no server runs on ${config.dataDir}: there is no instance.json in it`);
  }
  // Port 0 is no address to ask at: what was bound is recorded.
  const isExact = isSet && !(config.listen.kind === "tcp" && config.listen.port === 0);
  const listen = recorded === undefined || isExact ? config.listen : parseListen(recorded.listen);
  const { pathname } = new URL(config.issuerWasSet ? config.issuer : (recorded?.issuer ?? config.issuer));
  const path = `${pathname === "/" ? "" : pathname}/readyz`;
  const response = await ask(listen, path, config.tls !== undefined || recorded?.issuer.startsWith("https:") === true);
  if (!response.ok) throw new Failed(`the server on ${listenText(listen)} is not ready: it answers ${response.status}`);
  return listenText(listen);
}

async function ask(listen: Listen, path: string, perhapsTls: boolean): Promise<Response> {
  const signal = AbortSignal.timeout(longestWait);
  try {
    if (listen.kind === "unix") return await fetch(`http://localhost${path}`, { unix: listen.path, signal });
    const address = `${hostToAsk(listen.host)}:${listen.port}${path}`;
    try {
      return await fetch(`http://${address}`, { signal });
    } catch (error) {
      if (!perhapsTls) throw error;
      // This machine asks itself: whose name the certificate bears does not matter.
      return await fetch(`https://${address}`, { signal, tls: { rejectUnauthorized: false } });
    }
  } catch (error) {
    throw new Failed(`no server answers on ${listenText(listen)}`, { cause: error });
  }
}

/** Every address is no address to connect to. */
function hostToAsk(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
