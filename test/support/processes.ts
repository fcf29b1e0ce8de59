import { readFileSync } from "node:fs";

/** The processes that a process has started, and whose end it has not noticed. Linux only. */
export const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
