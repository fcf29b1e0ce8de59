import { availableParallelism } from "node:os";
import { type Machine, passwordCost, passwordsAtOnce } from "../../crypto/password.ts";
import { machineOf } from "../../server/machine.ts";
import { between, type Instant, instant, isoTime, minutes, seconds } from "../../time.ts";
import { type Finding, failed, ok, warning } from "./finding.ts";
import { inWords, linesOf } from "./place.ts";

const mebibyte = 1024 ** 2;
/** What the server has beside its passwords; and each worker, where there are several (POSTERN_WORKERS). */
const forItself = 64 * mebibyte;
const forWorker = 56 * mebibyte;

/** Whether there is memory for people who sign in at once. `pid` is the server's where one runs: it may have limits of its own. */
export function checkMemory(pid: number | undefined, workers = 1): Finding {
  const machine = machineOf(pid);
  const cost = passwordCost(machine);
  const atOnce = passwordsAtOnce(machine, cost);
  const ofServer = forItself + (workers > 1 ? workers * forWorker : 0);
  const needed = cost.memory * 1024 * atOnce + (pid === undefined ? ofServer : 0);
  const free = availableMemory();
  const given = `${inWords(machine.memory)}${machine.isLimited ? " (the limit of the control group)" : ""} and ${coresInWords(machine)}`;
  const told = `for ${given} argon2id takes ${cost.memory / 1024} MiB and ${cost.passes} passes, for ${atOnce === 1 ? "one password" : `at most ${atOnce} passwords`} at a time${free === undefined ? "" : `; ${inWords(free)} are available`}`;
  if (machine.memory < needed) return failed("memory", `${told}: more than there is`, "give the server more memory");
  if (free !== undefined && free < needed)
    return warning("memory", `${told}: little is left`, "end other programs, or give the machine more memory");
  return ok("memory", told);
}

/** Whether there are processors for as many workers as POSTERN_WORKERS says. */
export function checkWorkers(workers: number): Finding {
  if (workers === 1) return ok("workers", "one process issues and checks tokens");
  const processors = availableParallelism();
  const told = `${workers} processes issue and check tokens, and this machine can run ${processors} at once`;
  const remedy = "set POSTERN_WORKERS=auto, or leave it out: more of them are only slower";
  return workers > processors ? warning("workers", told, remedy) : ok("workers", told);
}

/** A quarter of one is a matter of a control group. */
const coresInWords = ({ cores }: Machine): string =>
  cores === 1
    ? "one core"
    : cores < 1
      ? `${Math.round(cores * 100)} % of a core`
      : `${Math.round(cores * 100) / 100} cores`;

function availableMemory(): number | undefined {
  const line = linesOf("/proc/meminfo").find((candidate) => candidate.startsWith("MemAvailable:"));
  const [, kibibytes] = /(\d+) kB/.exec(line ?? "") ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** No copy of this version is older. */
const firstDay = instant(Date.UTC(2026, 0, 1));
/** Clients and servers that check tokens forgive about so much. */
const usualLeeway = seconds(30);

/**
 * Whether the clock can be right: after this version was made and after the last thing that the database has seen, and like the
 * clock of what answers for the issuer.
 */
export function checkClock(now: Instant, lastCommit: Instant | undefined, elsewhere: Instant | undefined): Finding {
  const remedy = "let it be set from the network: timedatectl set-ntp true, or chronyd";
  if (now < firstDay) return failed("clock", `the clock says ${isoTime(now)}, which is long past`, remedy);
  if (lastCommit !== undefined && lastCommit > now + minutes(1))
    return failed(
      "clock",
      `the clock says ${isoTime(now)}, and something was written at ${isoTime(lastCommit)} already`,
      remedy,
    );
  if (elsewhere === undefined) return ok("clock", `the clock says ${isoTime(now)}, which can be`);
  const apart = Math.abs(between(elsewhere, now));
  const difference = `the clock is ${Math.round(apart / 1000)} s off that of what answers for the issuer`;
  if (apart > minutes(5)) return failed("clock", difference, remedy);
  if (apart > usualLeeway) return warning("clock", difference, remedy);
  return ok("clock", `the clock says ${isoTime(now)}, as does what answers for the issuer`);
}
