import { withoutSecrets } from "../crypto/secret.ts";
import { type Clock, isoTime } from "../time.ts";

export type Facts = Readonly<Record<string, unknown>>;

/** One line an event. Messages are fixed sentences; what varies goes into the facts, which never hold a secret. */
export interface Log {
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
  /** Whether a line of this level is written: for facts that cost something to gather. */
  tells(level: LogLevel): boolean;
}

/** A log that can be told to say more or less while it is in use. */
export interface AdjustableLog extends Log {
  level(): LogLevel;
  setLevel(level: LogLevel): void;
  /** Writes a line that another process of this server has made. */
  passOn(line: string): void;
}

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

export const isLogLevel = (text: string): text is LogLevel => logLevels.some((level) => level === text);

interface LogOptions {
  readonly clock: Clock;
  readonly level: LogLevel;
  /** `json`: one JSON object a line. `pretty`: for a person at a terminal. */
  readonly format: "json" | "pretty";
  /** Takes whole lines, each with its newline. */
  readonly write: (line: string) => void;
}

export function log({ clock, level, format, write }: LogOptions): AdjustableLog {
  let present = level;
  const tells = (own: LogLevel) => logLevels.indexOf(own) >= logLevels.indexOf(present);
  const render = format === "json" ? jsonLine : prettyLine;
  const at =
    (own: LogLevel) =>
    (message: string, facts: Facts = {}) => {
      if (!tells(own)) return;
      // Whatever a fact or a message of an error holds: what Postern has handed out as a secret stays out.
      write(`${withoutSecrets(render(isoTime(clock.now()), own, message, facts))}\n`);
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    tells,
    level: () => present,
    passOn: write,
    setLevel: (wanted) => {
      present = wanted;
    },
  };
}

/** JSON escapes what could forge a line: control characters never stand in it as they are. */
const jsonLine = (time: string, level: LogLevel, message: string, facts: Facts) =>
  JSON.stringify({ time, level, message, ...plain(facts) });

const prettyLine = (time: string, level: LogLevel, message: string, facts: Facts) => {
  const told = Object.entries(plain(facts)).filter(([, value]) => value !== undefined);
  const details = told.map(([name, value]) => ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return withoutControls(`${time.slice(11, 19)} ${level.toUpperCase().padEnd(5)} ${message}${details.join("")}`);
};

/** Errors have no enumerable members: JSON would show `{}`. */
const plain = (facts: Facts): Facts =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, value instanceof Error ? errorText(value) : value]),
  );

/** The engine's own errors quote what they were given, be it a password: `"…" cannot be parsed as a URL`. */
function errorText(error: Error): string {
  const { message, stack = message } = error;
  const isOfEngine = error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError;
  return isOfEngine ? stack.replace(message, () => message.replace(/".*"/s, '"…"')) : stack;
}

/** Nothing that somebody sent moves the cursor or colours the terminal of who reads the log. */
const withoutControls = (line: string) =>
  [...line]
    .map((character) => (character === "\n" || character >= " " ? character : "�"))
    .join("")
    .replace(/[\u007f-\u009f]/g, "�");
