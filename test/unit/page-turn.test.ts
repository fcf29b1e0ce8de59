import { expect, test } from "bun:test";
import { pageTurn } from "../../src/pages/page-turn.ts";

const round = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Keeps the thread for so long. */
function work(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

/** How many rounds of the event loop so many pages take that come at once, while others keep the thread in each. */
async function roundsOf(pages: number, others: number): Promise<number> {
  let made = 0;
  for (let n = 0; n < pages; n++) {
    void pageTurn().then(() => {
      work(1);
      made += 1;
    });
  }
  let rounds = 0;
  for (; made < pages && rounds < 1000; rounds++) {
    await round();
    work(others);
  }
  return rounds;
}

test("of pages that come at once one is made in each round, so that nobody else waits for more than one", async () => {
  expect(await roundsOf(40, 0)).toBeGreaterThanOrEqual(20);
});

test("pages have some of the time that all others have: who keeps the thread does not keep them waiting round after round", async () => {
  expect(await roundsOf(60, 20)).toBeLessThanOrEqual(40);
});

test("a page that comes alone has its turn at once", async () => {
  for (let n = 0; n < 5; n++) await round();
  let isMade = false;
  void pageTurn().then(() => {
    isMade = true;
  });
  for (let n = 0; n < 5; n++) await Promise.resolve();
  expect(isMade).toBe(true);
});
