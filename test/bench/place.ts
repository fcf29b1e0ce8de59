import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../support/free-port.ts";
import type { Say } from "./say.ts";
import type { Place } from "./subject.ts";

/** A folder of its own and a port that is free. */
export function newPlace({ folder, say }: { readonly folder: string; readonly say: Say }, name: string): Place {
  const own = join(folder, name.replaceAll(/\W+/g, "-"));
  mkdirSync(own, { recursive: true });
  return { folder: own, port: freePort(), say };
}
