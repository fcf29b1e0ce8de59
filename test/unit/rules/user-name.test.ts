import { expect, test } from "bun:test";
import fc from "fast-check";
import { canonicalUserName } from "../../../src/rules/user-name.ts";

test("US-11: letter case, width, surrounding spaces and composition make no difference", () => {
  for (const text of ["Alice", "alice ", " ALICE", "ａｌｉｃｅ", "ＡＬＩＣＥ　"])
    expect(canonicalUserName(text)).toBe("alice");
  expect(canonicalUserName("Jürgen")).toBe("jürgen");
  expect(canonicalUserName("Ju\u0308rgen")).toBe("jürgen");
  expect(canonicalUserName("ＢＯＢ＠example.org")).toBe("bob@example.org");
  expect(canonicalUserName("ｶﾞ")).toBe("ガ");
});

test("US-11: what looks alike but is another letter stays another name", () => {
  expect(canonicalUserName("аlice")).not.toBe("alice"); // a Cyrillic а
  expect(canonicalUserName("alice1")).not.toBe(canonicalUserName("alicel"));
});

test("US-11, HT-24: spaces inside, controls, unseen characters and compatibility forms are nobody's name", () => {
  for (const text of [
    "",
    " ",
    "a b",
    "a\u00a0b",
    "a\tb",
    "alice\u0000",
    "alice\n",
    "a\u200bb",
    "a\u202eb",
    "a\u00adb",
    "\ufeffalice",
    "ﬁ",
    "①",
    "ⅷ",
    "😀",
    "a\ud800",
    "\u3164",
  ]) {
    expect([text, canonicalUserName(text)]).toEqual([text, undefined]);
  }
});

test("US-11: a name has 1 to 64 characters", () => {
  expect(canonicalUserName("a")).toBe("a");
  expect(canonicalUserName("ü".repeat(64))).toBe("ü".repeat(64));
  expect(canonicalUserName("\u{20000}".repeat(64))).toBe("\u{20000}".repeat(64));
  expect(canonicalUserName("a".repeat(65))).toBeUndefined();
  expect(canonicalUserName("a".repeat(1_000_000))).toBeUndefined();
});

test("US-11: the canonical form is its own canonical form", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 10 }), (text) => {
      const name = canonicalUserName(text);
      if (name === undefined) return;
      expect(canonicalUserName(name)).toBe(name);
      expect(name).not.toMatch(/[\p{C}\p{Z}]/u);
    }),
    { numRuns: 2000 },
  );
  for (let point = 0; point <= 0xffff; point++) {
    const name = canonicalUserName(String.fromCharCode(point));
    if (name !== undefined && canonicalUserName(name) !== name) expect(point).toBeUndefined();
  }
});
