import { describe, expect, test } from "bun:test";
import { passwordCost, passwords, passwordsAtOnce } from "../../../src/crypto/password.ts";

const mebibytes = (count: number) => count * 1024 ** 2;
const machine = (memory: number, cores: number) => ({ memory: mebibytes(memory), cores });
const small = machine(128, 0.25);
const usual = machine(1024, 2);

const inWords = (of: { readonly memory: number; readonly cores: number }): string => {
  const cost = passwordCost(of);
  return `${cost.memory / 1024} MiB, ${cost.passes} passes, ${passwordsAtOnce(of, cost)} at once`;
};

describe("what a password costs follows from memory and cores", () => {
  test.each([
    [machine(64, 1), "7 MiB, 5 passes, 1 at once"],
    [machine(96, 1), "9 MiB, 4 passes, 1 at once"],
    [small, "12 MiB, 3 passes, 1 at once"],
    [machine(256, 4), "19 MiB, 2 passes, 1 at once"],
    [usual, "19 MiB, 2 passes, 1 at once"],
    [machine(64_000, 2), "19 MiB, 2 passes, 1 at once"],
    [machine(3800, 4), "32 MiB, 3 passes, 3 at once"],
    [machine(16_000, 8), "64 MiB, 2 passes, 7 at once"],
    [machine(1_000_000, 128), "64 MiB, 2 passes, 127 at once"],
  ])("%j: %s", (of, words) => {
    expect(inWords(of)).toBe(words);
  });

  test("it is never below what OWASP names, and those at once take an eighth of the memory where it is more than one", () => {
    const floor: Readonly<Record<number, number>> = { 7: 5, 9: 4, 12: 3, 19: 2 };
    for (let memory = 16; memory < 20_000; memory += 7)
      for (const cores of [0.1, 1, 2, 4, 8, 64]) {
        const of = machine(memory, cores);
        const cost = passwordCost(of);
        const atOnce = passwordsAtOnce(of, cost);
        expect(cost.passes).toBeGreaterThanOrEqual(floor[cost.memory / 1024] ?? 2);
        expect(atOnce === 1 || cost.memory * 1024 * atOnce <= of.memory / 8).toBe(true);
        expect(atOnce).toBeLessThanOrEqual(Math.max(1, cores - 1));
      }
  });
});

describe("a hash", () => {
  test("says what it cost, and is right on any machine", async () => {
    const hash = await passwords(small).hash("correct horse");
    expect(hash).toStartWith("$argon2id$v=19$m=12288,t=3,p=1$");
    const elsewhere = passwords(usual);
    expect([await elsewhere.verify("correct horse", hash), await elsewhere.verify("wrong", hash)]).toEqual([
      true,
      false,
    ]);
  });

  test("is outdated where the machine affords more, not where it affords less, and when it is another algorithm's", async () => {
    const [weak, strong] = [await passwords(small).hash("x"), await passwords(usual).hash("x")];
    expect(passwords(usual).isOutdated(weak)).toBe(true);
    expect(passwords(usual).isOutdated(strong)).toBe(false);
    expect(passwords(small).isOutdated(strong)).toBe(false);
    expect(passwords(small).isOutdated(await Bun.password.hash("x", { algorithm: "bcrypt", cost: 4 }))).toBe(true);
  });
});
