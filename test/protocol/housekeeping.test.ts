import { expect, test } from "bun:test";
import { housekeeping } from "../../src/server/housekeeping.ts";
import { after, type Duration, days, hours, minutes } from "../../src/time.ts";
import { startTestServer } from "../support/server.ts";

test("CR-15, CR-16: on a clock that has just started or jumped nothing is deleted; an hour later it is, and after a jump of more than a day six", async () => {
  const server = await startTestServer();
  const { store, clock } = server.context;
  const keeper = housekeeping(server.context);
  const rounds = async (length: Duration) => {
    for (let passed = 0; passed < length; passed += minutes(1)) {
      server.advance(minutes(1));
      await keeper.round();
    }
  };
  /** A handle can be spent again only when the first spending was deleted. */
  const isDeleted = async (id: string) => (await store.codes.spend({ id, expiresAt: clock.now() })) === "done";
  await store.codes.spend({ id: "old", expiresAt: after(clock.now(), -days(2) as Duration) });
  await store.codes.spend({ id: "of this year", expiresAt: after(clock.now(), days(2)) });

  await rounds(minutes(59));
  expect(await isDeleted("old")).toBe(false);
  await rounds(minutes(2));
  expect(await isDeleted("old")).toBe(true);

  server.advance(days(365));
  await keeper.round();
  await rounds(hours(5));
  expect(server.logged.filter((line) => line.includes("the clock has jumped"))).toHaveLength(1);
  expect(await isDeleted("of this year")).toBe(false);
  await rounds(hours(1));
  expect(await isDeleted("of this year")).toBe(true);
  keeper.stop();
  await server.stop();
});
