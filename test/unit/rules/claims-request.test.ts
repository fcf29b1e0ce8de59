import { expect, test } from "bun:test";
import { parseClaimsRequest } from "../../../src/rules/claims-request.ts";
import { refusalOf } from "./refusal.ts";

const codeFor = (text: string) => refusalOf(() => parseClaimsRequest(text))?.[0];

test("OIDC-5.5-claims: the two members are read, unknown members and unknown claims make no error", () => {
  const request = parseClaimsRequest(
    JSON.stringify({
      userinfo: { name: { essential: true }, nickname: null, "http://example.info/x": { other: 1 } },
      id_token: { acr: { essential: true, values: ["a", "b"] }, sub: { value: "248289761001" } },
      future: 1,
    }),
  );
  expect(Object.fromEntries(request.userinfo)).toEqual({
    name: { essential: true },
    nickname: null,
    "http://example.info/x": { essential: false },
  });
  expect(Object.fromEntries(request.idToken)).toEqual({
    acr: { essential: true, values: ["a", "b"] },
    sub: { essential: false, value: "248289761001" },
  });
  expect(parseClaimsRequest("{}")).toEqual({ idToken: new Map(), userinfo: new Map() });
});

test("OIDC-5.5-claims: malformed JSON and wrong types are invalid_request", () => {
  for (const text of [
    "",
    "{",
    "[]",
    "null",
    '"a"',
    '{"userinfo":null}',
    '{"userinfo":[]}',
    '{"id_token":1}',
    '{"id_token":{"a":1}}',
    '{"id_token":{"a":[]}}',
    '{"id_token":{"a":{"essential":"true"}}}',
    '{"id_token":{"a":{"values":"x"}}}',
    '{"id_token":{"a":{"values":{}}}}',
    '{"id_token":{"a":null,"a":null}}',
  ]) {
    expect([text, codeFor(text)]).toEqual([text, "invalid_request"]);
  }
});

test("OIDC-5.5-claims: over 8 KiB, and nested over 8 levels, is invalid_request", () => {
  const padded = (bytes: number) => `{"x":"${"a".repeat(bytes - 8)}"}`;
  expect(codeFor(padded(8192))).toBeUndefined();
  expect(codeFor(padded(8193))).toBe("invalid_request");
  expect(codeFor(`{"x":${"[".repeat(8)}${"]".repeat(8)}}`)).toBe("invalid_request");
});

test("HT-06: claims with names of the object prototype are claims like any other", () => {
  const { idToken } = parseClaimsRequest('{"id_token":{"__proto__":{"essential":true},"toString":null}}');
  expect([...idToken]).toEqual([["toString", null]]);
});
