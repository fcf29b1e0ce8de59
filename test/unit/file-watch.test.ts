import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchFiles } from "../../src/server/file-watch.ts";
import { milliseconds } from "../../src/time.ts";
import { until } from "../support/until.ts";

const directory = mkdtempSync(join(tmpdir(), "postern-watch-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("a change of any file is told once, when it has settled; one that is missing counts, too", async () => {
  const [one, two] = [join(directory, "one"), join(directory, "two")];
  writeFileSync(one, "1");
  let told = 0;
  const end = watchFiles([one, two], milliseconds(30), () => {
    told += 1;
  });
  await Bun.sleep(150);
  expect(told).toBe(0);
  writeFileSync(two, "2");
  await until(() => told === 1);
  rmSync(one);
  await until(() => told === 2);
  await Bun.sleep(150);
  expect(told).toBe(2);
  end();
  writeFileSync(one, "3");
  await Bun.sleep(150);
  expect(told).toBe(2);
});

test("while it goes on changing nothing is told", async () => {
  const path = join(directory, "busy");
  let told = 0;
  const end = watchFiles([path], milliseconds(40), () => {
    told += 1;
  });
  for (let count = 0; count < 40; count++) {
    writeFileSync(path, String(count));
    await Bun.sleep(10);
  }
  expect(told).toBe(0);
  await until(() => told === 1);
  end();
});
