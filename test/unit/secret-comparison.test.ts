import { expect, test } from "bun:test";
import { hash, hashPresented, isSameHash, isSameMac } from "../../src/crypto/hash.ts";
import { systemRandom } from "../../src/crypto/random.ts";
import { newSecret } from "../../src/crypto/secret.ts";
import { projectFiles, readText } from "../support/repository.ts";

const sources = projectFiles("src").filter((path) => /\.tsx?$/.test(path));

test("G-28-constant-time: secrets are compared as hashes of one length, and equal is only what is equal", () => {
  const random = systemRandom();
  const secret = newSecret(random, "client-secret");
  const other = newSecret(random, "client-secret");
  expect(isSameHash(hash(secret), hashPresented("client-secret", secret.reveal()))).toBe(true);
  expect(isSameHash(hash(secret), hash(other))).toBe(false);
  expect(hash(secret)).toHaveLength(hashPresented("client-secret", "x".repeat(100_000)).length);
  expect(isSameMac(Buffer.from("same"), Buffer.from("same"))).toBe(true);
  expect(isSameMac(Buffer.from("same"), Buffer.from("sama"))).toBe(false);
  expect(isSameMac(Buffer.from("same"), Buffer.from("sam"))).toBe(false);
});

test("G-28-constant-time: no source compares a hash, a MAC or a secret with an operator", () => {
  const compared =
    /(?:\.hash|[tT]okenHash|\bmac|\.reveal\(\)|csrf(?:Token)?)\s*(?:===|!==)(?!\s*(?:undefined|null))|(?:===|!==)\s*[\w.]*(?:\.hash|[tT]okenHash|\.reveal\(\))/;
  const found = sources.filter((path) => compared.test(readText(path)));
  expect(found).toEqual([]);
});
