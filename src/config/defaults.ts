import { resolve } from "node:path";
import { inSeconds, seconds } from "../time.ts";
import { parseListenList } from "./address.ts";
import { durationBetween, durationText } from "./duration.ts";
import { SettingFault } from "./fault.ts";

// Defaults that depend on something. A faulty value is reported where it is read; here it counts as unset.

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a default may depend on. */
export interface Surroundings {
  readonly environment: Environment;
  /** Whether standard output is a terminal. */
  readonly onTerminal: boolean;
  /** Whether another program has started the server as a part of itself (`serve --embed`). */
  readonly embedded?: boolean;
}

/** Under a host program a socket in the data directory, which nobody but its owner reaches: no port is opened unasked. */
export function ownListen(surroundings: Surroundings): string {
  if (surroundings.embedded !== true) return "127.0.0.1:8080";
  const dataDir = surroundings.environment.POSTERN_DATA_DIR?.trim() || stateDirectory(surroundings);
  return `unix:${resolve(dataDir, "postern.sock")}`;
}

/** `http://localhost` with the first port of the listeners; https where Postern serves TLS itself. */
export function localIssuer({ environment }: Surroundings): string {
  const scheme = environment.POSTERN_TLS_CERT_FILE ? "https" : "http";
  const listen = tried(parseListenList, environment.POSTERN_LISTEN) ?? [];
  // Port 0 is not known before the listener is open.
  const port = listen.flatMap((one) => (one.kind === "tcp" && one.port !== 0 ? [one.port] : []))[0] ?? 8080;
  // A URL in normal form leaves out its scheme's own port.
  const isUsual = port === (scheme === "https" ? 443 : 80);
  return isUsual ? `${scheme}://localhost` : `${scheme}://localhost:${port}`;
}

/** The directory that systemd made for the service (systemd.exec(5): several are separated by colons), else `./data`. */
export function stateDirectory({ environment }: Surroundings): string {
  return environment.STATE_DIRECTORY?.split(":")[0] || "./data";
}

/** 30 seconds, unless refresh tokens live so short that the grace would outlast them. */
export function graceWithinLifetime({ environment }: Surroundings): string {
  const lifetime = tried(durationBetween("1s", "1m"), environment.POSTERN_REFRESH_TOKEN_TTL);
  if (lifetime === undefined) return "30s";
  return durationText(seconds(Math.floor(inSeconds(lifetime) / 2)));
}

function tried<Value>(parse: (text: string) => Value, text: string | undefined): Value | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  try {
    return parse(text.trim());
  } catch (error) {
    if (error instanceof SettingFault) return undefined;
    throw error;
  }
}
