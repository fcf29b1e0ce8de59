import { expect, test } from "bun:test";
import fc from "fast-check";
import { checkCodeChallenge, checkCodeVerifier, codeChallengeOf } from "../../../src/rules/pkce.ts";
import { refusalOf } from "./refusal.ts";

// RFC 7636 App. B
const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const challengeCode = (text?: string, method?: string) => refusalOf(() => checkCodeChallenge(text, method))?.[0];
const verifierCode = (text?: string, expected?: string) => refusalOf(() => checkCodeVerifier(text, expected))?.[0];

test("7636-4.2-s256: the challenge of RFC 7636 App. B is accepted with its verifier", () => {
  expect(codeChallengeOf(verifier)).toBe(challenge);
  expect(challengeCode(challenge, "S256")).toBeUndefined();
  expect(verifierCode(verifier, challenge)).toBeUndefined();
});

test("7636-4.2-plain, PC-02: any method but S256, and none, is refused, and the answer says so", () => {
  for (const method of ["plain", "s256", "S512", " S256", undefined]) {
    const description = "only code_challenge_method S256 is supported";
    expect(refusalOf(() => checkCodeChallenge(challenge, method))).toEqual(["invalid_request", description]);
  }
});

test("7636-4.3-method-alone: a method without a challenge is refused; nothing at all passes", () => {
  expect(challengeCode(undefined, "S256")).toBe("invalid_request");
  expect(challengeCode(undefined, undefined)).toBeUndefined();
});

test("7636-4.3-syntax, PC-03: a challenge that is not 43 characters of base64url is refused", () => {
  for (const text of [
    "a".repeat(42),
    "a".repeat(44),
    `${"a".repeat(42)}=`,
    `${"a".repeat(41)}+/`,
    `${challenge}\n`,
    `${"a".repeat(42)}ü`,
  ]) {
    expect(challengeCode(text, "S256")).toBe("invalid_request");
  }
});

test("7636-4.6-mismatch, PC-05: a verifier that does not hash to the challenge is invalid_grant", () => {
  expect(verifierCode("a".repeat(43), challenge)).toBe("invalid_grant");
  expect(verifierCode(challenge, challenge)).toBe("invalid_grant");
  expect(verifierCode(verifier, challenge.slice(1))).toBe("invalid_grant");
});

test("7636-4.1-verifier, PC-05: a verifier outside its grammar gets the answer of a mismatch", () => {
  const mismatch = refusalOf(() => checkCodeVerifier("a".repeat(43), challenge));
  for (const text of [
    "a".repeat(42),
    "a".repeat(129),
    `${"a".repeat(43)}+`,
    `${"a".repeat(43)}ü`,
    `${"a".repeat(43)}\n`,
    "",
  ]) {
    expect(refusalOf(() => checkCodeVerifier(text, codeChallengeOf(text)))).toEqual(mismatch);
  }
});

test("7636-4.5-missing, PC-06: a bound code without a verifier is invalid_grant", () => {
  expect(verifierCode(undefined, challenge)).toBe("invalid_grant");
});

test("7636-downgrade, PC-04: a verifier for a code without a challenge is invalid_grant", () => {
  expect(verifierCode(verifier, undefined)).toBe("invalid_grant");
  expect(verifierCode(undefined, undefined)).toBeUndefined();
});

test("7636-4.2-s256: every verifier of the grammar fits its own challenge and no other's", () => {
  const verifiers = fc.stringMatching(/^[A-Za-z0-9._~-]{43,128}$/);
  fc.assert(
    fc.property(verifiers, verifiers, (one, other) => {
      expect(challengeCode(codeChallengeOf(one), "S256")).toBeUndefined();
      expect(verifierCode(one, codeChallengeOf(one))).toBeUndefined();
      expect(verifierCode(one, codeChallengeOf(other))).toBe(one === other ? undefined : "invalid_grant");
    }),
  );
});
