/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** How far the rounds lie apart: half of what is between the least and the most, as a part of the median. */
export const spread = (values: readonly number[]): number =>
  (Math.max(...values) - Math.min(...values)) / 2 / median(values);

/**
 * The median of the ratios round by round. Rounds of one number were measured one after the other, so that what else the
 * machine did at the time hit both.
 */
export const medianRatio = (values: readonly number[], references: readonly number[]): number =>
  median(values.slice(0, references.length).map((value, round) => value / (references[round] ?? Number.NaN)));
