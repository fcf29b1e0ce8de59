import type { Effort } from "./harness.ts";
import type { Revision } from "./peers/postern.ts";
import type { Say } from "./say.ts";

// What is measured of Postern alone, beside its rates under full load.

export interface Figure {
  readonly name: string;
  readonly title: string;
  /** Figures of one title that stand beside each other. */
  readonly column?: string;
  readonly value: number;
  readonly unit: string;
  /** How it came about, where the title does not say it. */
  readonly note?: string;
}

export interface Bench {
  readonly revision: Revision;
  readonly effort: Effort;
  readonly folder: string;
  readonly say: Say;
}

/** A group of figures that are measured together. */
export interface Measurement {
  readonly name: string;
  readonly title: string;
  measure(bench: Bench): Promise<readonly Figure[]>;
}
