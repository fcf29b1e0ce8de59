import { expect, test } from "bun:test";
import type { Hashed } from "../../src/model/secret.ts";
import { pollTimes } from "../../src/throttle/poll-times.ts";
import { instant } from "../../src/time.ts";

const device = (number: number) => `device ${number}` as Hashed<"device-code">;

test("8628-3.5-slow_down: of more devices than are remembered those that began to poll first are forgotten", () => {
  const times = pollTimes();
  const poll = (from: number, to: number, at: number) =>
    Array.from({ length: to - from }, (_, each) => times.note(device(from + each), instant(at)));
  poll(0, 10, 1);
  // Whoever has come to its end takes no place of another.
  for (let each = 0; each < 5; each += 1) times.forget(device(each));
  expect(poll(10, 20_004, 2).every((before) => before === undefined)).toBe(true);
  expect([...poll(5, 6, 3), ...poll(20_003, 20_004, 3)]).toEqual([instant(1), instant(2)]);
  // There is place for one more; then 5 to 8 have to go.
  poll(20_004, 20_009, 4);
  expect(poll(9, 10, 5)).toEqual([instant(1)]);
  expect(poll(8, 9, 5)).toEqual([undefined]);
});
