import { expect, test } from "bun:test";
import { generations } from "../../src/throttle/generations.ts";

test("so many of the youngest are kept, never more than twice as many, and a key has one value", () => {
  const kept = generations<number>(50);
  for (let number = 0; number < 1000; number++) {
    kept.set(`key ${number % 7 === 0 ? "often" : number}`, number);
    expect(kept.entries().length).toBeLessThanOrEqual(100);
  }
  const keys = kept.entries().map(([key]) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(kept.get("key often")).toBe(994);
  for (let number = 951; number < 1000; number++) if (number % 7 !== 0) expect(kept.get(`key ${number}`)).toBe(number);
  kept.delete("key often");
  expect(kept.get("key often")).toBeUndefined();
});
