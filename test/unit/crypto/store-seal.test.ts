import { expect, test } from "bun:test";
import { hashRecoveryCode } from "../../../src/crypto/hash.ts";
import { keyRing } from "../../../src/crypto/key-ring.ts";
import { systemRandom } from "../../../src/crypto/random.ts";
import { hours, instant } from "../../../src/time.ts";

const ring = (instanceSecret: string) =>
  keyRing({
    store: {
      lastCommitBeforeOpening: undefined,
      keys: {
        revision: async () => 0,
        list: async () => [],
        addMissing: async () => undefined,
        rotate: async () => "changed",
        delay: async () => undefined,
        remove: async () => undefined,
      },
    },
    clock: { now: () => instant(0) },
    random: systemRandom(),
    instanceSecret,
    lifetimes: { signing: hours(1), sealing: hours(1), derivation: hours(1) },
  });

/** The same text with another first character. */
const changed = (sealed: string) => `${sealed.startsWith("A") ? "B" : "A"}${sealed.slice(1)}`;

test("what is sealed for the store opens under the same instance secret and label alone", () => {
  const keys = ring("one");
  const seed = Buffer.from("12345678901234567890");
  const sealed = keys.sealForStore("totp alice", seed);
  expect(keys.openFromStore("totp alice", sealed)).toEqual(seed);
  expect(keys.openFromStore("totp bob", sealed)).toBeUndefined();
  expect(ring("two").openFromStore("totp alice", sealed)).toBeUndefined();
  expect(keys.openFromStore("totp alice", changed(sealed))).toBeUndefined();
  expect(keys.openFromStore("totp alice", "")).toBeUndefined();
  expect(keys.sealForStore("totp alice", seed)).not.toBe(sealed);
});

test("recovery codes have a hash under a key", () => {
  const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  expect(hashRecoveryCode(one, "ABCD")).toBe(hashRecoveryCode(one, "ABCD"));
  expect(hashRecoveryCode(one, "ABCD")).not.toBe(hashRecoveryCode(other, "ABCD"));
  expect(hashRecoveryCode(one, "ABCD")).not.toBe(hashRecoveryCode(one, "ABCE"));
});
