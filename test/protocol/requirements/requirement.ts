/** What the source demands; where a row weighs several words, the strongest. DECIDED: Postern's own choice in a gap. */
type Level = "MUST" | "SHOULD" | "MAY" | "DECIDED" | "N/A";

/** Why a requirement has no test. */
type Status = { readonly declined: string } | { readonly notYet: string };

/** One thing that Postern must do, in our own words. Its id stands for good: the titles of tests begin with it. */
export interface Requirement {
  readonly id: string;
  /** The specification and its sections, or `Postern` where it is our own rule. */
  readonly source: string;
  readonly level: Level;
  readonly summary: string;
  /** Absent: a test must show that it is met. */
  readonly status?: Status;
}
