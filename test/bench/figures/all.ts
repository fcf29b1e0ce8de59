import type { Measurement } from "../figures.ts";
import { disk } from "./disk.ts";
import { durable } from "./durable.ts";
import { flood } from "./flood.ts";
import { growth } from "./growth.ts";
import { halfLoad } from "./half-load.ts";
import { profile } from "./profile.ts";
import { slowCommits } from "./slow-commits.ts";
import { memory, start } from "./start.ts";
import { memoryUnderLoad, soak } from "./under-load.ts";
import { workers } from "./workers.ts";

/** In the order in which they are measured; the longest last. */
export const measurements: readonly Measurement[] = [
  start,
  memory,
  memoryUnderLoad,
  durable,
  halfLoad,
  slowCommits,
  flood,
  disk,
  profile,
  workers,
  growth,
  soak,
];
