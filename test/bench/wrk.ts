import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Kind, Load } from "./load.ts";
import { rawRequest } from "./load.ts";
import { pinned } from "./machine.ts";

// The loader: wrk on a core of its own, with one thread, which sends and looks at what wrk.lua is told.

const script = join(import.meta.dir, "wrk.lua");

export interface Wanted {
  readonly address: string;
  readonly load: Load;
  readonly connections: number;
  readonly seconds: number;
  /** Milliseconds that a connection waits before each request, on average: for a random time up to twice of that. */
  readonly delay?: number;
  /** A folder for the files of this load. */
  readonly folder: string;
}

export interface Answers {
  readonly answers: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** The part of its core that the loader used: near 1, it was the loader that was at its end. */
  readonly loaderShare: number;
  /** How many of each kind were answered. */
  readonly kinds: Readonly<Record<string, { readonly sent: number; readonly answered: number }>>;
}

/** An answer was wrong, or there was none. What was measured says nothing then. */
export class WrongAnswers extends Error {
  override readonly name = "WrongAnswers";
}

/** @throws WrongAnswers */
export async function wrk({ address, load, connections, seconds, delay, folder }: Wanted): Promise<Answers> {
  mkdirSync(folder, { recursive: true });
  const description = join(folder, "load.lua");
  writeFileSync(description, describe(load, new URL(address).host, folder));
  const runs = delay === undefined ? script : pacedScript(folder, delay);
  const child = Bun.spawn(
    pinned("loader", [
      ...["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", runs],
      ...[address, "--", description],
    ]),
    { stdout: "pipe", stderr: "pipe" },
  );
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  rmSync(folder, { recursive: true, force: true });
  const line = /^RESULT (.*)$/m.exec(output)?.[1];
  if (code !== 0 || line === undefined) throw new Error(`wrk failed: ${errors}${output}`.slice(0, 2000));
  const used = child.resourceUsage()?.cpuTime.total ?? 0n;
  return judge(JSON.parse(line), connections, Number(used) / 1e6);
}

/** wrk waits before each request where its script has such a function, even if it says 0. */
function pacedScript(folder: string, delay: number): string {
  const path = join(folder, "paced.lua");
  writeFileSync(path, `dofile(${lua(script)})\nfunction delay() return math.random(0, ${2 * delay}) end\n`);
  return path;
}

interface Result {
  readonly answers: number;
  readonly microseconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly lost: number;
  readonly wrong: number;
  readonly firstWrong: string;
  readonly kinds: Answers["kinds"];
}

function judge(result: Result, connections: number, processorSeconds: number): Answers {
  const { answers, microseconds, wrong, firstWrong, lost, kinds } = result;
  if (wrong > 0) throw new WrongAnswers(`${wrong} of ${answers} answers are wrong, the first: ${firstWrong}`);
  if (lost > 0) throw new WrongAnswers(`${lost} requests were not answered`);
  if (answers === 0) throw new WrongAnswers("there was no answer at all");
  for (const [name, { sent, answered }] of Object.entries(kinds)) {
    // What is under way at the end has no answer, and wrk makes one request at the start that it does not send.
    if (answered > sent || sent - answered > connections + 1)
      throw new WrongAnswers(`${sent} requests of ${name} were sent, and ${answered} answers are of that kind`);
  }
  const seconds = microseconds / 1e6;
  return {
    answers,
    perSecond: answers / seconds,
    p50: result.p50 / 1000,
    p99: result.p99 / 1000,
    loaderShare: processorSeconds / seconds,
    kinds,
  };
}

/** The load as a table of Lua; what may be long stands in files of its own. */
function describe({ kinds, schedule }: Load, host: string, folder: string): string {
  const queues = new Map<string, string | undefined>();
  for (const { takes, gives } of kinds) {
    if (gives !== undefined && !queues.has(gives.queue)) queues.set(gives.queue, undefined);
    if (takes !== undefined) queues.set(takes.queue, itemsFile(takes, folder));
  }
  return [
    "return {",
    `  schedule = {${(schedule ?? kinds.map(({ name }) => name)).map(lua).join(", ")}},`,
    "  queues = {",
    ...[...queues].map(([name, file]) => `    [${lua(name)}] = {${file === undefined ? "" : `file = ${lua(file)}`}},`),
    "  },",
    "  kinds = {",
    ...kinds.map((kind) => kindTable(kind, host, folder)),
    "  },",
    "}",
    "",
  ].join("\n");
}

function itemsFile({ queue, initial }: NonNullable<Kind["takes"]>, folder: string): string | undefined {
  if (initial.length === 0) return undefined;
  const file = join(folder, `queue-${queue}`);
  writeFileSync(file, `${initial.join("\n")}\n`);
  return file;
}

function kindTable(kind: Kind, host: string, folder: string): string {
  const file = join(folder, `requests-${kind.name}`);
  const texts = kind.requests.map((request) => rawRequest(host, kind.path, request));
  writeFileSync(file, texts.join("\u0001"));
  const { expect, takes, gives } = kind;
  const members = [
    `name = ${lua(kind.name)}`,
    `file = ${lua(file)}`,
    `status = ${expect.status}`,
    `has = {${expect.has.map(lua).join(", ")}}`,
    ...(expect.distinct === undefined ? [] : [`distinct = ${lua(expect.distinct)}`]),
    ...(gives === undefined ? [] : [`gives = ${lua(gives.queue)}`, `pattern = ${lua(gives.pattern)}`]),
    ...(takes === undefined ? [] : [`takes = ${lua(takes.queue)}`, ...frame(texts[0] ?? "")]),
  ];
  return `    {${members.join(", ")}},`;
}

/** Where the item goes: at the end of the form, whose length it changes. */
function frame(text: string): readonly string[] {
  const [head = "", prefix = ""] = text.split("\r\n\r\n");
  return [`head = ${lua(head.replace(/\d+$/, ""))}`, `prefix = ${lua(prefix)}`];
}

/** A text as Lua writes it. */
const lua = (text: string): string =>
  `"${[...Buffer.from(text)].map((byte) => (byte >= 32 && byte < 127 && byte !== 34 && byte !== 92 ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, "0")}`)).join("")}"`;

/** wrk is missing. */
export class NoLoader extends Error {
  override readonly name = "NoLoader";
}

/**
 * Takes care that wrk is there.
 *
 * @throws NoLoader
 */
export async function haveWrk(say: (line: string) => void): Promise<void> {
  if (Bun.which("wrk") !== null) return;
  if (Bun.which("apt-get") !== null && process.getuid?.() === 0) {
    say("installing wrk (apt-get install wrk)");
    const child = Bun.spawn(["apt-get", "install", "--yes", "--quiet", "wrk"], { stdout: "ignore", stderr: "pipe" });
    const errors = await new Response(child.stderr).text();
    if ((await child.exited) === 0 && Bun.which("wrk") !== null) return;
    say(errors.trim());
  }
  throw new NoLoader(
    "wrk, which makes the load, is missing: install it (Debian and Ubuntu: apt-get install wrk; macOS: brew install wrk)",
  );
}
