import type { Instant } from "../time.ts";

/** A scope that `postern apply` declared. */
export interface DeclaredScope {
  readonly name: string;
  /** What the consent page says. */
  readonly sentence: string;
  /** Whether a person may take it out of what an app asks for. */
  readonly isOptional: boolean;
  /** When it was no longer declared: nothing knows it from then on. */
  readonly withdrawnAt?: Instant | undefined;
}
