import type { Load } from "./load.ts";
import type { Subject } from "./subject.ts";

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** One of those that `--quick` runs. */
  readonly quick?: boolean;
  /** Instead of those of the run. */
  readonly connections?: number;
  /** How many requests one of its operations takes; the figures count operations. */
  readonly requestsPerOperation?: number;
  /** Instead of the server's own. */
  readonly address?: (subject: Subject) => string;
  /** What is worth knowing beside the figure. */
  readonly note?: (subject: Subject) => string | undefined;
  /** What to send in one round, so much of it at once; undefined where the server's facts lack what it takes. */
  load(subject: Subject, atOnce: number): Promise<Load | undefined>;
  /**
   * Asks once, by hand, before and after each round, and looks at the whole answer.
   *
   * @throws AssertionError
   */
  check(subject: Subject): Promise<void>;
}
