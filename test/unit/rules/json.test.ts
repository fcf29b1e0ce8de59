import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseStrictJson } from "../../../src/rules/json.ts";
import { refusalOf } from "./refusal.ts";

const descriptionFor = (text: string) => refusalOf(() => parseStrictJson(text))?.[1];
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

test("7591-3-post-json: JSON is parsed to the values that JSON.parse gives", () => {
  for (const text of [
    "null",
    ' {"a" : [ 1 , -0.5e+3 , true , false , null , "\\u00fc\\n\\"" , {} , [ ] ] } \r\n\t',
    '""',
    "0",
    "[[],{}]",
  ]) {
    expect(JSON.stringify(parseStrictJson(text))).toBe(JSON.stringify(JSON.parse(text)));
  }
});

test("7591-3-post-json, HT-07: a member twice is refused, escaped or deep or not", () => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '[{"b":{"a":1,"c":2,"a":3}}]',
    '{"__proto__":1,"__proto__":2}',
  ]) {
    expect(descriptionFor(text)).toBe("the JSON has a member twice");
  }
  expect(descriptionFor('{"a":{"a":1},"b":{"a":1}}')).toBeUndefined();
});

test("7591-3-post-json, HT-07: eight levels are read, nine are refused, and so are 10,000", () => {
  expect(descriptionFor(nested(8))).toBeUndefined();
  expect(descriptionFor(`${'{"a":'.repeat(8)}1${"}".repeat(8)}`)).toBeUndefined();
  expect(descriptionFor(nested(9))).toBe("the JSON is nested too deeply");
  expect(descriptionFor(nested(10_000))).toBe("the JSON is nested too deeply");
  expect(descriptionFor('{"a":'.repeat(10_000))).toBe("the JSON is nested too deeply");
});

test("HT-07: unpaired surrogates are refused in values and names, escaped and raw", () => {
  for (const text of ['"\\ud800"', '{"\\udc00":1}', '"\ud800"', '"\\ud800\\u0041"']) {
    expect(descriptionFor(text)).toBe("the JSON has an unpaired surrogate");
  }
  expect(parseStrictJson('"\\ud83d\\ude00"')).toBe("😀");
});

test("HT-07: what is not JSON is refused", () => {
  for (const text of [
    "",
    " ",
    "\ufeff{}",
    '{"a":1,}',
    "[1,]",
    "NaN",
    "Infinity",
    "-",
    "01",
    "1.",
    ".5",
    "+1",
    "0x1",
    "1e",
    "1e999",
    "tru",
    "truex",
    "nul",
    "'a'",
    '"a',
    '"\\',
    '"\\x"',
    '"a\nb"',
    "{a:1}",
    '{"a"}',
    '{"a":}',
    "{",
    "[",
    "[1 2]",
    '{"a":1 "b":2}',
    "{}{}",
    "[]]",
    "// a\n1",
    "undefined",
    "\u00a01",
  ]) {
    expect([text, refusalOf(() => parseStrictJson(text))?.[0]]).toEqual([text, "invalid_request"]);
  }
});

test("7591-2-unknown, HT-07: __proto__ is dropped, and other prototype names are plain members", () => {
  const value = parseStrictJson('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},"a":1}');
  expect(Object.getPrototypeOf(value)).toBeNull();
  expect(Object.keys(Object(value))).toEqual(["constructor", "a"]);
  expect(Reflect.get({}, "isAdmin")).toBeUndefined();
});

test("7591-3.2.2-error: the error code is the endpoint's", () => {
  expect(refusalOf(() => parseStrictJson("{", "invalid_client_metadata"))?.[0]).toBe("invalid_client_metadata");
});

test("7591-3-post-json: for all JSON of eight levels and all other text, the answer is JSON.parse's or a refusal", () => {
  const value = fc.json({ maxDepth: 6, stringUnit: "grapheme" }).filter((text) => !text.includes("__proto__"));
  fc.assert(
    fc.property(value, (text) => {
      expect(JSON.stringify(parseStrictJson(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
  const piece = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    '"a"',
    '"b":',
    "1",
    "-",
    "e5",
    ".",
    "true",
    "null",
    " ",
    "\\",
    "\\u00",
    "\ufeff",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join("");
      if (refusalOf(() => parseStrictJson(text)) !== undefined) return;
      expect(JSON.stringify(parseStrictJson(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
    { numRuns: 3000 },
  );
});
