import { Database } from "bun:sqlite";
import { readFileSync, statSync } from "node:fs";
import { median } from "../bench/statistics.ts";
import { type Box, newBox, type Served } from "../support/binary.ts";
import { childrenOf } from "../support/processes.ts";
import { until } from "../support/until.ts";
import { chance, type Life } from "./life.ts";
import { administrationLife } from "./lives/administration.ts";
import { deviceLife } from "./lives/device.ts";
import { registrationLife } from "./lives/registration.ts";
import { signInLife } from "./lives/sign-in.ts";
import { upkeepLife } from "./lives/upkeep.ts";
import { webAppLife } from "./lives/web-app.ts";
import { found } from "./town.ts";

export interface CrashReport {
  readonly acts: number;
  readonly kills: number;
  /** Of these, how many were of one worker. */
  readonly workerKills: number;
  /** Of the command line. */
  readonly commands: { readonly acknowledged: number; readonly killed: number };
  /** Promises that did not hold. */
  readonly complaints: readonly string[];
  /** Of the database, in the end. */
  readonly bytes: number;
  /** The longest write-ahead log that was seen. */
  readonly mostLogBytes: number;
  /**
   * Resident memory in KiB over the last, undisturbed stretch: the most, and the median of the first and the second half of what
   * comes after two minutes, in which everything is used for the first time and the collector has not found its pace.
   */
  readonly memory: { readonly most: number; readonly early?: number; readonly late?: number };
}

interface Stretch {
  readonly milliseconds: number;
  /** So many processes issue and check tokens, and every other kill is of one of them. Linux only. */
  readonly workers?: number;
  readonly say: (line: string) => void;
}

/** Complaints that are said as they come; what goes wrong once may go wrong a thousand times. */
const mostTold = 100;

/** In milliseconds: how often the memory is looked at, and from when on in the undisturbed stretch it may grow no more. */
const sampling = 500;
const settling = 120_000;

/** For the last part of the time nobody kills the server, so that its memory can be watched. */
const calmShare = 0.3;

/**
 * The executable under a mixed load, killed again and again at a moment of chance. After each start all that was
 * acknowledged must be there, and nothing that was ended may live again.
 */
export async function crashes({ milliseconds, workers, say }: Stretch): Promise<CrashReport> {
  const box = newBox({ environment: workers === undefined ? {} : { POSTERN_WORKERS: String(workers) } });
  const end = performance.now() + milliseconds;
  const complaints: string[] = [];
  const complain = (complaint: string) => {
    complaints.push(complaint);
    if (complaints.length <= mostTold) say(complaint);
  };
  let [acts, kills, workerKills, mostLogBytes] = [0, 0, 0, 0];
  try {
    let server = await box.start();
    const town = await found(box);
    const upkeep = upkeepLife(box);
    const lives: readonly Life[] = [
      upkeep,
      ...[1, 2, 3, 4].map((number) => deviceLife(town, number)),
      webAppLife(town),
      webAppLife(town),
      signInLife(town),
      registrationLife(town, async () => registrationToken(box)),
      administrationLife(town),
    ];
    const check = async () => {
      for (const life of lives) for (const complaint of await life.check()) complain(`${life.name}: ${complaint}`);
    };

    // Of each kind one, on the slowest machine.
    while (kills < 2 || performance.now() < end - milliseconds * calmShare) {
      const load = startLoad(lives, complain);
      await Bun.sleep(chance(1500));
      const worker = workers !== undefined && kills % 2 === 0 ? oneOf(childrenOf(server.pid)) : undefined;
      if (worker !== undefined) process.kill(worker, "SIGKILL");
      // One in five is asked to stop: it must not lose what it was doing either.
      else await server.stop(chance(5) === 0 ? "SIGTERM" : "SIGKILL");
      acts += await load.stop();
      kills += 1;
      mostLogBytes = Math.max(mostLogBytes, sizeOf(box.path("postern.db-wal")));
      faultsOf(box.path("postern.db")).forEach(complain);
      if (worker === undefined) server = await box.start();
      else {
        workerKills += 1;
        await until(() => isAnswering(box));
      }
      await check();
      if (kills % 25 === 0) say(`${kills} ends, ${acts} acts, ${complaints.length} promises broken`);
    }

    const load = startLoad(lives, complain);
    const memory: number[] = [];
    while (performance.now() < end) {
      await Bun.sleep(sampling);
      memory.push(residentMemory(server));
      mostLogBytes = Math.max(mostLogBytes, sizeOf(box.path("postern.db-wal")));
    }
    acts += await load.stop();
    const ended = await server.ended();
    if (ended === undefined) await check();
    else complaints.push(ended);
    const code = await server.stop("SIGTERM");
    if (code !== 0) complain(`at the end it exits with ${code}`);
    faultsOf(box.path("postern.db")).forEach(complain);
    const settled = memory.slice(settling / sampling);
    const half = Math.floor(settled.length / 2);
    return {
      acts,
      kills,
      workerKills,
      commands: upkeep.commands,
      complaints,
      bytes: sizeOf(box.path("postern.db")),
      mostLogBytes,
      memory: {
        most: Math.max(...memory),
        ...(half === 0 ? {} : { early: median(settled.slice(0, half)), late: median(settled.slice(half)) }),
      },
    };
  } finally {
    box.remove();
  }
}

/** All lives at once, one act of each after the other, until they are stopped. */
function startLoad(lives: readonly Life[], complain: (complaint: string) => void): { stop(): Promise<number> } {
  let isOver = false;
  let acts = 0;
  const running = Promise.all(
    lives.map(async (life) => {
      while (!isOver) {
        try {
          await life.act();
          acts += 1;
        } catch (error) {
          if (isBrokenConnection(error)) return;
          complain(`${life.name}: ${error instanceof Error ? error.message : String(error)}`);
          await Bun.sleep(100);
        }
      }
    }),
  );
  return {
    stop: async () => {
      isOver = true;
      await running;
      return acts;
    },
  };
}

/** What fetch says where the server is gone. */
const isBrokenConnection = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  ["ConnectionRefused", "ConnectionClosed", "ECONNRESET", "ECONNREFUSED", "EPIPE"].includes(String(error.code));

async function registrationToken(box: Box): Promise<string> {
  const { code, output, errors } = await box.run("client", "registration-token", "--uses", "1000", "--json");
  if (code !== 0) throw new Error(errors);
  return JSON.parse(output).initial_access_token;
}

function faultsOf(path: string): readonly string[] {
  const database = new Database(path, { readwrite: true, create: false });
  try {
    const found = database.query<{ integrity_check: string }, []>("PRAGMA integrity_check").all();
    return found.map((row) => row.integrity_check).filter((fault) => fault !== "ok");
  } finally {
    database.close();
  }
}

const oneOf = <Thing>(things: readonly Thing[]): Thing | undefined => things[chance(Math.max(1, things.length))];

const isAnswering = ({ address }: Box): Promise<boolean> =>
  fetch(`${address}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Linux only: 0 elsewhere. */
function residentMemory({ pid }: Served): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
