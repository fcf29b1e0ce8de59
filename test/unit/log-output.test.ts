import { expect, test } from "bun:test";
import { logOutput } from "../../src/cli/log-output.ts";

test("of a log that nobody reads so much waits and no more; then it is told how many lines are missing", () => {
  const waiting: { readonly line: string; readonly written: () => void }[] = [];
  const write = logOutput({ write: (line, written) => waiting.push({ line, written }) }, (lines) =>
    write(`${lines} dropped\n`),
  );
  const line = `${"x".repeat(1023)}\n`;
  for (let each = 0; each < 3000; each++) write(line);
  expect([waiting.length > 1000, waiting.length < 1100]).toEqual([true, true]);
  const taken = waiting.length;
  for (const { written } of waiting.splice(0)) written();
  write(line);
  expect(waiting.map((one) => one.line)).toEqual([`${3000 - taken} dropped\n`, line]);
});
