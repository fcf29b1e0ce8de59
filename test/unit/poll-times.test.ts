import { expect, test } from "bun:test";
import type { Hashed } from "../../src/model/secret.ts";
import { pollTimes } from "../../src/throttle/poll-times.ts";
import { instant } from "../../src/time.ts";

const device = (number: number) => `device ${number}` as Hashed<"device-code">;

test("8628-3.5-slow_down: of more devices than are remembered those that have not polled for longest are forgotten", () => {
  const times = pollTimes();
  const poll = (from: number, to: number, at: number) =>
    Array.from({ length: to - from }, (_, each) => times.note(device(from + each), instant(at)));
  poll(0, 20_000, 1);
  expect(poll(0, 1, 2)).toEqual([instant(1)]);
  poll(20_000, 39_999, 3);
  // It goes on polling, and is remembered. So is the youngest.
  expect([...poll(0, 1, 4), ...poll(39_998, 39_999, 4)]).toEqual([instant(2), instant(3)]);
  poll(40_000, 60_000, 5);
  expect([...poll(0, 1, 6), ...poll(1, 2, 6)]).toEqual([instant(4), undefined]);
  times.forget(device(0));
  expect(poll(0, 1, 7)).toEqual([undefined]);
});
