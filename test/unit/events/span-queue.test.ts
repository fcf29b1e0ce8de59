import { expect, test } from "bun:test";
import type { FinishedSpan } from "../../../src/events/span.ts";
import { spanQueue } from "../../../src/events/span-queue.ts";

const span = (name: string): FinishedSpan => ({
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  parentSpanId: undefined,
  name,
  kind: "internal",
  startedAt: 0,
  duration: 1,
  attributes: {},
  link: undefined,
  isError: false,
});

/** A queue whose collector takes what it is allowed to. */
function queue(isTaken: () => Promise<boolean>) {
  const sizes: number[] = [];
  const counted = { sent: 0, dropped: 0 };
  const made = spanQueue({
    send: async (spans) => {
      sizes.push(spans.length);
      return isTaken();
    },
    counted: (result, spans) => {
      counted[result] += spans;
    },
  });
  return { ...made, sizes, counted };
}

test("spans go out in batches, one after the other, and the rest at the end", async () => {
  let open = 0;
  let most = 0;
  const { add, stop, sizes, counted } = queue(async () => {
    open += 1;
    most = Math.max(most, open);
    await Bun.sleep(1);
    open -= 1;
    return true;
  });
  for (let number = 0; number < 1500; number += 1) add(span(String(number)));
  await stop();
  expect(sizes).toEqual([512, 512, 476]);
  expect(most).toBe(1);
  expect(counted).toEqual({ sent: 1500, dropped: 0 });
});

test("a span alone goes out within two seconds", async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const { add, stop, counted } = queue(async () => {
    resolve(true);
    return true;
  });
  const since = performance.now();
  add(span("one"));
  await promise;
  expect(performance.now() - since).toBeLessThan(2000);
  await stop();
  expect(counted).toEqual({ sent: 1, dropped: 0 });
});

test("while nothing is taken no more than 2048 wait, and every span is counted as sent or dropped", async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const { add, stop, counted } = queue(() => promise);
  for (let number = 0; number < 5000; number += 1) add(span(String(number)));
  // 512 are on their way, 2048 wait.
  expect(counted).toEqual({ sent: 0, dropped: 5000 - 512 - 2048 });
  resolve(false);
  await stop();
  expect(counted).toEqual({ sent: 0, dropped: 5000 });
});

test("a collector that fails takes its batch with it, and the next goes out", async () => {
  let first = true;
  const { add, stop, counted } = queue(async () => {
    if (!first) return true;
    first = false;
    throw new Error("connection refused");
  });
  for (let number = 0; number < 600; number += 1) add(span(String(number)));
  await stop();
  expect(counted).toEqual({ sent: 88, dropped: 512 });
});

test("after the end a span is dropped", async () => {
  const { add, stop, sizes, counted } = queue(async () => true);
  await stop();
  add(span("late"));
  expect(sizes).toEqual([]);
  expect(counted).toEqual({ sent: 0, dropped: 1 });
});
