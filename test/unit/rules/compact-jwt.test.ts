import { expect, test } from "bun:test";
import { maxJwtCharacters, readCompactJwt } from "../../../src/rules/compact-jwt.ts";

const encode = (text: string) => Buffer.from(text).toString("base64url");
const jwt = (header: string, claims = "{}") => `${encode(header)}.${encode(claims)}.c2ln`;

test("a JWT in compact form is read, whoever signed it", () => {
  const token = jwt('{"alg":"ES256","kid":"a"}', '{"sub":"b"}');
  expect(readCompactJwt(token)).toEqual({ header: { alg: "ES256", kid: "a" }, claims: { sub: "b" } });
});

test("JW-10, JW-11: other forms, padding, white space and stray bits are refused", () => {
  const [header, claims] = [encode("{}"), encode("{}")];
  expect(readCompactJwt(`${header}.${claims}.c2ln`)).toBeDefined();
  for (const token of ["", "..", `${header}.${claims}`, `${header}.${claims}.`, `${header}..c2ln`, `.${claims}.c2ln`]) {
    expect(readCompactJwt(token)).toBeUndefined();
  }
  for (const token of [
    `${header}.${claims}.c2ln.c2ln.c2ln`,
    `${header}.${claims}.c2ln.`,
    `${header}=.${claims}.c2ln`,
  ]) {
    expect(readCompactJwt(token)).toBeUndefined();
  }
  for (const token of [
    `${header}.${claims}.c2ln\n`,
    ` ${header}.${claims}.c2ln`,
    `${header}.${claims}.c2l`,
    `e31.${claims}.c2ln`,
    `${header}.${claims}.c2/n`,
  ]) {
    expect(readCompactJwt(token)).toBeUndefined();
  }
  const longest = jwt("{}", `{"a":"${"a".repeat(12_200)}"}`);
  expect(longest.length).toBeLessThan(maxJwtCharacters);
  expect(readCompactJwt(longest)).toBeDefined();
  expect(readCompactJwt(jwt("{}", `{"a":"${"a".repeat(12_300)}"}`))).toBeUndefined();
});

test("JW-03, JW-05, JW-08, JW-18: what two parsers may read differently is refused, and so are crit and a kid that is no name", () => {
  for (const header of [
    '{"alg":"a","alg":"a"}',
    "[]",
    "5",
    "null",
    "",
    "{",
    "\uFEFF{}",
    '{"crit":["exp"]}',
    '{"crit":[]}',
    '{"crit":null}',
  ]) {
    expect(readCompactJwt(jwt(header))).toBeUndefined();
    expect(readCompactJwt(jwt("{}", header))?.claims.alg).toBeUndefined();
  }
  for (const kid of ["5", "null", "[]", "{}", `"${"a".repeat(257)}"`])
    expect(readCompactJwt(jwt(`{"kid":${kid}}`))).toBeUndefined();
  expect(readCompactJwt(jwt("{}", `${'{"a":'.repeat(9)}1${"}".repeat(9)}`))).toBeUndefined();
  const broken = Buffer.from('{"a":"\xff"}', "latin1").toString("base64url");
  expect(readCompactJwt(`${broken}.${encode("{}")}.c2ln`)).toBeUndefined();
  expect(readCompactJwt(`${encode("{}")}.${broken}.c2ln`)).toBeUndefined();
});
