import { expect, test } from "bun:test";
import { activity } from "../../../src/events/activity.ts";
import { metrics } from "../../../src/events/metrics.ts";
import type { Touches } from "../../../src/store/store.ts";
import { after, hours, instant, minutes } from "../../../src/time.ts";

function recorder() {
  const written: NonNullable<Touches["activity"]>[] = [];
  let now = instant(Date.UTC(2026, 0, 15, 10, 59, 30));
  let fails = false;
  const counters = metrics();
  const recorded = activity({
    metrics: counters,
    clock: { now: () => now },
    store: {
      touch: async ({ activity: counts = [] }) => {
        if (fails) throw new Error("the disk is full");
        written.push(counts);
      },
    },
  });
  return {
    counters,
    written,
    write: recorded.write,
    advance: () => {
      now = after(now, minutes(1));
    },
    fail: (failing: boolean) => {
      fails = failing;
    },
  };
}

const ten = instant(Date.UTC(2026, 0, 15, 10));

test("what was counted since the last time is added to the present hour, and nothing when there is nothing", async () => {
  const { counters, written, write, advance } = recorder();
  await write();
  expect(written).toEqual([]);
  counters.count("postern_tokens_issued_total", { grant_type: "refresh_token" });
  counters.count("postern_tokens_issued_total", { grant_type: "authorization_code" });
  counters.count("postern_sign_ins_total", { factor: "password", result: "signed-in" });
  await write();
  advance();
  for (const result of ["refused", "wait"]) counters.count("postern_sign_ins_total", { factor: "password", result });
  await write();
  await write();
  expect(written).toEqual([
    [
      { hour: ten, name: "tokens", count: 2 },
      { hour: ten, name: "sign-ins", count: 1 },
    ],
    [{ hour: after(ten, hours(1)), name: "failed-sign-ins", count: 2 }],
  ]);
});

test("what could not be written is written the next time", async () => {
  const { counters, written, write, fail } = recorder();
  counters.count("postern_tokens_issued_total", { grant_type: "refresh_token" });
  fail(true);
  await expect(write()).rejects.toThrow("full");
  fail(false);
  counters.count("postern_tokens_issued_total", { grant_type: "refresh_token" });
  await write();
  expect(written).toEqual([[{ hour: ten, name: "tokens", count: 2 }]]);
});
