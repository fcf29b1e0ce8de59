import { expect, test } from "bun:test";
import { inSlices } from "../../src/store/sqlite/slices.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("what is added is done in its order, so many in a turn, with all else in between", async () => {
  const done: number[] = [];
  const slices = inSlices<number>(3, (item) => done.push(item));
  slices.add([1, 2, 3, 4, 5]);
  expect(done).toEqual([1, 2, 3]);
  slices.add([6, 7]);
  expect(done).toEqual([1, 2, 3]);
  await turn();
  expect(done).toEqual([1, 2, 3, 4, 5, 6]);
  await turn();
  expect(done).toEqual([1, 2, 3, 4, 5, 6, 7]);
  slices.add([8]);
  await turn();
  expect(done.at(-1)).toBe(8);
});

test("the end is told when all is done and what followed from it has had its turn, or at once where there is nothing", async () => {
  const told: string[] = [];
  const slices = inSlices<string>(2, (item) => {
    told.push(item);
    queueMicrotask(() => told.push(`after ${item}`));
  });
  slices.whenDone(() => told.push("nothing to do"));
  slices.add(["a", "b", "c"]);
  slices.whenDone(() => told.push("end"));
  for (let wait = 0; wait < 5; wait += 1) await turn();
  expect(told).toEqual(["nothing to do", "a", "b", "after a", "after b", "c", "after c", "end"]);
});
