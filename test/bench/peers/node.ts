import { Missing } from "../subject.ts";

/** @throws Missing */
export function node(): string {
  const found = Bun.which("node");
  if (found === null) throw new Missing("node is not on the PATH, and this peer runs on Node.js");
  return found;
}

export const nodeVersion = (): string =>
  Bun.spawnSync([node(), "--version"]).stdout.toString().trim().replace(/^v/, "");
