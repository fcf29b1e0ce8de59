import { expect, test } from "bun:test";
import fc from "fast-check";
import { preparePassword } from "../../../src/rules/password.ts";

test("S-07, US-10: both spellings of a letter are one password, and so are all kinds of space", () => {
  expect(preparePassword("Ju\u0308rgen 1234")).toBe("Jürgen 1234");
  expect(preparePassword("correct\u00a0horse\u3000battery")).toBe("correct horse battery");
});

test("S-07: letter case, width and surrounding spaces are kept", () => {
  expect(preparePassword(" PassＷord ")).toBe(" PassＷord ");
});

test("S-07, US-10: 8 to 1024 bytes; eight emoji are a password", () => {
  expect(preparePassword("😀".repeat(8))).toBe("😀".repeat(8));
  expect(preparePassword("1234567")).toBeUndefined();
  expect(preparePassword("12345678")).toBe("12345678");
  expect(preparePassword("a".repeat(1024))).toHaveLength(1024);
  expect(preparePassword("a".repeat(1025))).toBeUndefined();
  expect(preparePassword("ü".repeat(513))).toBeUndefined();
  expect(preparePassword("a".repeat(1_000_000))).toBeUndefined();
});

test("S-07, US-10: control characters and unpaired surrogates are refused", () => {
  for (const text of ["password\u0000", "pass\tword", "password\n", "password\u0085", "password\ud800"]) {
    expect(preparePassword(text)).toBeUndefined();
  }
});

test("S-07: a prepared password is prepared already", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 4, maxLength: 30 }), (text) => {
      const prepared = preparePassword(text);
      if (prepared !== undefined) expect(preparePassword(prepared)).toBe(prepared);
    }),
  );
});
