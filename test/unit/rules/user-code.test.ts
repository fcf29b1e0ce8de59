import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  checkUserCodeInput,
  formatUserCode,
  newUserCode,
  normaliseUserCode,
  userCodeAlphabet,
} from "../../../src/rules/user-code.ts";
import { refusalOf } from "./refusal.ts";

const codes = fc.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);

test("8628-3.2-user-code: a code is eight letters of the alphabet, without vowels and digits", () => {
  const randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count));
  for (let round = 0; round < 100; round++) expect(newUserCode(randomBytes)).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
  expect(newUserCode(randomBytes, 12)).toHaveLength(12);
});

test("8628-3.2-user-code: every letter stands for equally many bytes, and the rest are thrown away", () => {
  const counts = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) {
    let call = 0;
    // The byte in question once; should it be thrown away, zeros.
    const letter = newUserCode(() => Uint8Array.of(call++ === 0 ? byte : 0), 1);
    if (call === 1) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  expect([...counts.keys()].sort().join("")).toBe(userCodeAlphabet);
  expect(new Set(counts.values())).toEqual(new Set([12]));
});

test("8628-6.1-normalise: case, width, spaces, dashes and stray characters make no difference", () => {
  for (const input of [
    "wdjb mjht",
    "WDJB-MJHT",
    "ＷＤＪＢ－ＭＪＨＴ",
    " w d j b m j h t ",
    "WDJB-MJHT.",
    "W1D2J3B—MaJeHiT",
  ]) {
    expect(normaliseUserCode(input)).toBe("WDJBMJHT");
  }
});

test("8628-6.1-length: what is not eight letters then is no code", () => {
  for (const input of ["", "WDJB-MJH", "WDJB-MJHTW", "12345678", "aeiouaei", "💥"])
    expect(normaliseUserCode(input)).toBeUndefined();
});

test("8628-6.1-length: over 64 characters are refused", () => {
  expect(refusalOf(() => checkUserCodeInput("W".repeat(64)))).toBeUndefined();
  expect(refusalOf(() => checkUserCodeInput("W".repeat(65)))?.[0]).toBe("invalid_request");
  expect(normaliseUserCode(`WDJBMJHT${" ".repeat(57)}`)).toBeUndefined();
});

test("8628-3.2-user-code: a code is shown with one dash, and what is shown is read back", () => {
  expect(formatUserCode("WDJBMJHT")).toBe("WDJB-MJHT");
  fc.assert(
    fc.property(codes, (code) => {
      expect(formatUserCode(code)).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
      expect(normaliseUserCode(formatUserCode(code))).toBe(code);
      expect(normaliseUserCode(formatUserCode(code).toLowerCase())).toBe(code);
    }),
  );
});

test("8628-6.1-normalise: whatever is typed, the result is a code or none", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 80 }), (input) => {
      const code = normaliseUserCode(input);
      if (code !== undefined) expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    }),
  );
});
