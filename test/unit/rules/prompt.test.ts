import { expect, test } from "bun:test";
import { asksForLogin, needsFreshLogin, parseMaxAge, parsePrompt } from "../../../src/rules/prompt.ts";
import { instant, milliseconds, seconds } from "../../../src/time.ts";
import { refusalOf } from "./refusal.ts";

const parse = (text: string | undefined, mayCreate = false) => [...parsePrompt(text, { mayCreate })];
const codeFor = (text: string, mayCreate = false) => refusalOf(() => parse(text, mayCreate))?.[0];

test("OIDC-3.1.2.1-prompt-login, OIDC-3.1.2.1-prompt-consent, OIDC-3.1.2.1-prompt-select: known values are read", () => {
  expect(parse(undefined)).toEqual([]);
  expect(parse("none")).toEqual(["none"]);
  expect(parse(" login  consent select_account login")).toEqual(["login", "consent", "select_account"]);
});

test("OIDC-3.1.2.1-prompt-none-alone: none beside another value is invalid_request", () => {
  expect(codeFor("none login")).toBe("invalid_request");
  expect(codeFor("consent none")).toBe("invalid_request");
  expect(parse("none none")).toEqual(["none"]);
});

test("OIDC-3.1.2.1-prompt-unknown: an unknown value is invalid_request", () => {
  for (const text of ["None", "LOGIN", "signup", "login,consent"]) expect(codeFor(text)).toBe("invalid_request");
});

test("OIDC-3.1.2.1-prompt-create: create is for servers where people sign up by themselves", () => {
  expect(codeFor("create")).toBe("invalid_request");
  expect(parse("create", true)).toEqual(["create"]);
  expect(codeFor("create none", true)).toBe("invalid_request");
});

test("OIDC-3.1.2.1-max_age, US-15: max_age is a whole number up to 2^31", () => {
  expect(parseMaxAge(undefined)).toBeUndefined();
  expect(parseMaxAge("0")).toBe(seconds(0));
  expect(parseMaxAge("10000")).toBe(seconds(10_000));
  expect(parseMaxAge("2147483648")).toBe(seconds(2 ** 31));
  for (const text of ["-1", "1e3", "99999999999999999999", "abc", "2147483649", "1.5", " 1", "+1", "0x10", "１"]) {
    expect(refusalOf(() => parseMaxAge(text))?.[0]).toBe("invalid_request");
  }
});

test("OIDC-3.1.2.1-max_age: a login as old as allowed passes, one second older does not", () => {
  const authTime = instant(1_000_900); // second 1000
  const needs = (now: number, maxAge: number) =>
    needsFreshLogin({ authTime, maxAge: seconds(maxAge), now: instant(now) });
  expect(needs(1_001_899, 1)).toBe(false);
  expect(needs(1_002_000, 1)).toBe(true);
  expect(needs(1_001_000, 0)).toBe(true);
  expect(needs(1_000_999, 0)).toBe(false);
  expect(needs(999_000, 1)).toBe(false);
  expect(needsFreshLogin({ authTime, maxAge: undefined, now: instant(9e12) })).toBe(false);
});

test("OIDC-3.1.2.1-max_age: 0 asks for a login as prompt=login does", () => {
  expect(asksForLogin(new Set(["login"]), undefined)).toBe(true);
  expect(asksForLogin(new Set(), milliseconds(0))).toBe(true);
  expect(asksForLogin(new Set(["consent"]), seconds(1))).toBe(false);
});
