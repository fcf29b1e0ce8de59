import { expect, test } from "bun:test";
import fc from "fast-check";
import * as scope from "../../../src/rules/scope.ts";
import { refusalOf } from "./refusal.ts";

test("6749-3.3-scope-grammar: tokens keep their order and case, each once, and extra spaces are tolerated", () => {
  expect(scope.parseScope("openid")).toEqual(["openid"]);
  expect(scope.parseScope("  b  a B a ")).toEqual(["b", "a", "B"]);
  expect(scope.parseScope("!#[]~ a:b/c?d=e")).toEqual(["!#[]~", "a:b/c?d=e"]);
  expect(scope.parseScope("")).toEqual([]);
  expect(scope.parseScope("   ")).toEqual([]);
});

test("6749-3.3-scope-grammar, MX-01: a character outside the grammar is invalid_scope", () => {
  for (const text of ['a"', "a\\b", "a\tb", "a\nb", "ä", "a\u0000", "\u007f", "a\u00a0b", "a b\n"]) {
    expect(refusalOf(() => scope.parseScope(text))?.[0]).toBe("invalid_scope");
  }
});

test("MX-01: 100 tokens and 4096 bytes are accepted, one more of either is invalid_scope", () => {
  const tokens = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`).join(" ");
  expect(scope.parseScope(tokens(100))).toHaveLength(100);
  expect(refusalOf(() => scope.parseScope(tokens(101)))?.[0]).toBe("invalid_scope");
  expect(scope.parseScope("s".repeat(4096))).toHaveLength(1);
  expect(refusalOf(() => scope.parseScope("s".repeat(4097)))?.[0]).toBe("invalid_scope");
});

test("6749-3.1-order: what is formatted is parsed to the same tokens", () => {
  const token = fc.stringMatching(/^[!#-[\]-~]{1,20}$/);
  fc.assert(
    fc.property(fc.uniqueArray(token, { maxLength: 100 }), (tokens) => {
      expect(scope.parseScope(scope.formatScope(tokens))).toEqual(tokens);
    }),
  );
});

test("6749-6-scope: a subset has nothing beyond the whole; the intersection keeps the order asked for", () => {
  expect(scope.isSubset(["a"], ["b", "a"])).toBe(true);
  expect(scope.isSubset([], [])).toBe(true);
  expect(scope.isSubset(["a", "c"], ["b", "a"])).toBe(false);
  expect(scope.isSubset(["A"], ["a"])).toBe(false);
  expect(scope.intersect(["c", "a", "x"], ["a", "b", "c"])).toEqual(["c", "a"]);
});

test("RG-05: scopes over Postern are restricted, and alone in a token", () => {
  expect(scope.isRestrictedScope("postern:admin")).toBe(true);
  expect(scope.isRestrictedScope("postern")).toBe(false);
  expect(scope.mixesRestrictedScopes(["postern:admin", "postern:introspect"])).toBe(false);
  expect(scope.mixesRestrictedScopes(["postern:admin", "openid"])).toBe(true);
  expect(scope.mixesRestrictedScopes(["openid"])).toBe(false);
  expect(scope.mixesRestrictedScopes([])).toBe(false);
});

test("6749-4.4.3-no-rt: scopes that speak of a person are named", () => {
  expect(scope.builtInScopes.every(scope.isUserOnlyScope)).toBe(true);
  expect(scope.isUserOnlyScope("mail:read")).toBe(false);
});
