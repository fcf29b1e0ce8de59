import { readFileSync } from "node:fs";
import type { Served } from "../support/binary.ts";

/** VmRSS in MiB; Linux only. */
export const residentMebibytes = ({ pid }: Pick<Served, "pid">): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
