import { expect, test } from "bun:test";
import { fairLine, PasswordsBusy } from "../../../src/crypto/fair-line.ts";

/** A line of one at a time, and what became of everybody in it. */
function watchedLine() {
  const inTurn = fairLine(1);
  const began: string[] = [];
  const refused: string[] = [];
  const ends: (() => void)[] = [];
  const come = (lane: string, name = lane, isKnown = false): void => {
    inTurn({ name: lane, isKnown }, () => {
      began.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    }).catch((error: unknown) => {
      if (!(error instanceof PasswordsBusy)) throw error;
      refused.push(`${name} for ${error.seconds} s`);
    });
  };
  /** Lets the one whose turn it is end, until nobody is left. */
  const finish = async () => {
    for (let turns = 0; turns < 1000; turns++) {
      await Bun.sleep(0);
      const end = ends.shift();
      if (end === undefined) return;
      end();
    }
  };
  return { come, finish, began, refused };
}

test("one at a time, in the order of their coming", async () => {
  const { come, finish, began, refused } = watchedLine();
  for (const name of ["a", "b", "c"]) come("lane", name);
  await Bun.sleep(0);
  expect(began).toEqual(["a"]);
  await finish();
  expect([began, refused]).toEqual([["a", "b", "c"], []]);
});

test("CR-20: the line is short, and who finds it full is told when to come back", async () => {
  const { come, finish, began, refused } = watchedLine();
  for (let number = 0; number < 200; number++) come("flood", String(number));
  await finish();
  expect(began.length + refused.length).toBe(200);
  expect(began.length).toBeLessThan(20);
  expect(refused.every((one) => /for [1-9] s$/.test(one))).toBe(true);
});

test("who comes from elsewhere is next, however long the line of the one who floods it", async () => {
  const { come, finish, began, refused } = watchedLine();
  for (let number = 0; number < 50; number++) come("flood", `flood ${number}`);
  come("home");
  come("office");
  await finish();
  expect(began.indexOf("home")).toBe(2);
  expect(began.indexOf("office")).toBe(3);
  expect(refused.some((one) => !one.startsWith("flood"))).toBe(false);
});

test("who is known has a place, however many networks strangers come from, and no second one for that", async () => {
  const { come, finish, began, refused } = watchedLine();
  for (let number = 0; number < 200; number++) come(`network ${number}`);
  for (const name of ["known", "again", "once more"]) come("known browser", name, true);
  await finish();
  expect(began).toContain("known");
  expect(refused.filter((one) => !one.startsWith("network")).map((one) => one.replace(/ for.*/, ""))).toEqual([
    "again",
    "once more",
  ]);
});

test("a failure gives its place on", async () => {
  const inTurn = fairLine(1);
  const failing = inTurn({ name: "a", isKnown: false }, async () => Promise.reject(new Error("no")));
  const following = inTurn({ name: "a", isKnown: false }, async () => "done");
  expect(await failing.catch((error: Error) => error.message)).toBe("no");
  expect(await following).toBe("done");
});
