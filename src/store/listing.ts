/** Part of a list, and how long the whole is. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

export interface PageOf {
  /** How many are left out before the first, and how many are given at most. */
  readonly offset: number;
  readonly limit: number;
}
