/**
 * A map that forgets what was set longest ago: the `least` youngest keys are kept, and never more than twice as many.
 *
 * Whole generations go. To look for the oldest key of one Map instead is to walk past all that were deleted before it, each
 * time anew; and a walk that is kept for good keeps whatever is deleted behind it.
 */
export interface Generations<Value> {
  get(key: string): Value | undefined;
  /** Makes it the youngest. */
  set(key: string, value: Value): void;
  delete(key: string): void;
  entries(): readonly (readonly [key: string, value: Value])[];
}

export function generations<Value>(least: number): Generations<Value> {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  return {
    get: (key) => young.get(key) ?? old.get(key),
    set: (key, value) => {
      if (young.size >= least && !young.has(key)) [old, young] = [young, new Map()];
      else old.delete(key);
      young.set(key, value);
    },
    delete: (key) => {
      young.delete(key);
      old.delete(key);
    },
    entries: () => [...old, ...young],
  };
}
