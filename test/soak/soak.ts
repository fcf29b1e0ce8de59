import { parseArgs } from "node:util";
import { type CrashReport, crashes } from "./crashes.ts";
import { faultsOfReport, isLevel } from "./judgement.ts";
import { years } from "./years.ts";

// `bun run soak --minutes 60`: a household's two years on a clock that is moved, then the executable under load, killed again
// and again. It ends with 1 when anything was lost, or memory or file grow on and on.

const usage = "usage: bun run soak [--minutes N]   (60 if not said; some of it is for the years on a moved clock)";

function minutesAsked(): number {
  try {
    const { values } = parseArgs({ options: { minutes: { type: "string", default: "60" } } });
    const minutes = Number(values.minutes);
    if (minutes > 0) return minutes;
  } catch {
    // The sentence below says it.
  }
  console.error(usage);
  process.exit(2);
}

const minutes = minutesAsked();
console.log("two years on a moved clock: the size of the database, month by month");
const sizes = await years(24);
console.log(sizes.map((size) => `${Math.round(size / 1024)} KiB`).join(", "));
console.log(`${minutes} minutes under load, with kills`);
const report: CrashReport = await crashes({ milliseconds: minutes * 60_000, say: (line) => console.log(line) });
console.log(JSON.stringify({ ...report, complaints: report.complaints.length }, undefined, 2));
const faults = [...(isLevel(sizes) ? [] : ["the database grows on and on"]), ...faultsOfReport(report)];
for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? "nothing lost, memory and file level" : `${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
