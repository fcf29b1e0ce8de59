import { expect, test } from "bun:test";
import { crashes } from "./crashes.ts";
import { faultsOfReport, isLevel } from "./judgement.ts";
import { years } from "./years.ts";

test("CR-07, CR-15: a minute under a mixed load with kills: nothing that was acknowledged is lost, nothing that was ended lives again", async () => {
  const report = await crashes({ milliseconds: 60_000, say: () => undefined });
  expect(faultsOfReport(report)).toEqual([]);
  // It was a load, and there were kills.
  expect(report.kills).toBeGreaterThan(5);
  expect(report.acts).toBeGreaterThan(report.kills);
  expect(Math.min(report.commands.acknowledged, report.commands.killed)).toBeGreaterThan(0);
}, 180_000);

test.skipIf(process.platform !== "linux")(
  "CR-07: neither is anything with two workers, where every other kill is of one of them",
  async () => {
    const { complaints, kills, workerKills, acts } = await crashes({
      milliseconds: 15_000,
      workers: 2,
      say: () => undefined,
    });
    expect(complaints).toEqual([]);
    expect(Math.min(workerKills, kills - workerKills)).toBeGreaterThan(0);
    expect(acts).toBeGreaterThan(kills);
  },
  120_000,
);

test("CR-15: the database of a household does not grow for ever", async () => {
  const sizes = await years(8);
  expect(sizes.at(0)).toBeGreaterThan(0);
  expect(isLevel(sizes)).toBe(true);
}, 180_000);
