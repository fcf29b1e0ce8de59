import { describe, expect, test } from "bun:test";
import { type AdjustableLog, log } from "../../../src/events/log.ts";
import { instant } from "../../../src/time.ts";

/** What a log writes, and the log. */
function written(
  format: "json" | "pretty",
  level: "debug" | "info" = "debug",
): { lines: string[]; log: AdjustableLog } {
  const lines: string[] = [];
  const clock = { now: () => instant(Date.UTC(2026, 0, 15, 10, 59, 30)) };
  return { lines, log: log({ clock, level, format, write: (line) => lines.push(line) }) };
}

describe("a line", () => {
  test("is one JSON object with its time, level and message", () => {
    const { lines, log } = written("json");
    log.warn("something\nhappened", { name: "a\nb", absent: undefined, count: 2 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toEndWith("}\n");
    expect(lines[0]?.slice(0, -1)).not.toContain("\n");
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      time: "2026-01-15T10:59:30Z",
      level: "warn",
      message: "something\nhappened",
      name: "a\nb",
      count: 2,
    });
  });

  test("on a terminal leaves out what there is not, and no control character in", () => {
    const { lines, log } = written("pretty");
    log.info("hello", { absent: undefined, name: "\u001b[31mred" });
    expect(lines).toEqual(["10:59:30 INFO  hello name=�[31mred\n"]);
  });

  test("is written from its level on, and the log tells which", () => {
    const { lines, log } = written("json", "info");
    log.debug("quiet");
    expect([lines.length, log.tells("debug"), log.tells("info")]).toEqual([0, false, true]);
    log.setLevel("debug");
    log.debug("loud");
    expect([lines.length, log.tells("debug")]).toEqual([1, true]);
  });
});

describe("a fault in the log", () => {
  const faultIn = (error: unknown): string => {
    const { lines, log } = written("json");
    log.error("it failed", { error });
    return String(JSON.parse(lines[0] ?? "").error);
  };

  test("has its message and its stack", () => {
    const text = faultIn(new Error("the writer stopped"));
    expect(text).toStartWith("Error: the writer stopped\n");
    expect(text).toContain("log.test.ts");
  });

  test("of the engine's own does not repeat what was given to it", () => {
    const thrown = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error;
      }
    };
    const text = faultIn(thrown(() => JSON.parse("hunter2")));
    expect(text).toContain("JSON Parse error");
    expect(text).not.toContain("hunter2");
    expect(faultIn(new TypeError('"hunter"2" cannot be parsed as a URL.'))).not.toContain("hunter");
  });

  test("holds no token of Postern's, wherever it stands", () => {
    const text = faultIn(new Error("no such token: pst_at_abc-DEF_1"));
    expect(text).toContain("no such token: [secret]");
    expect(text).not.toContain("abc-DEF");
  });
});
