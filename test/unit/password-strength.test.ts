import { describe, expect, test } from "bun:test";
import { isGuessedAtOnce } from "../../src/identity/password-strength.ts";

/** In microseconds of the processor, at its best of ten times. */
async function costOf(password: string): Promise<number> {
  const costs: number[] = [];
  for (let n = 0; n < 10; n++) {
    const before = process.cpuUsage();
    await isGuessedAtOnce(password, ["alice"]);
    const { user, system } = process.cpuUsage(before);
    costs.push(user + system);
  }
  return Math.min(...costs);
}

describe("what somebody would try in the first minutes", () => {
  test("is told from what they would not, the person's names among it", async () => {
    for (const password of ["password", "aaaaaaaaaaaa", "a".repeat(1024), "alice", "12345678"])
      expect([password, await isGuessedAtOnce(password, ["alice"])]).toEqual([password, true]);
    for (const password of ["eleven quiet otters", "kD8#xQ2m", `eleven quiet otters ${"a".repeat(1000)}`])
      expect([password, await isGuessedAtOnce(password, ["alice"])]).toEqual([password, false]);
  });

  test("is estimated in about the same time, however long and odd the password: nobody else is answered meanwhile", async () => {
    await costOf("the library is there");
    const plain = await costOf("correct horse battery staple and more");
    for (const odd of ["p4$$w0rd", "4@8({[</369&#!1/|0$5+7%2/", "1/1/1111", "19901231"])
      expect(await costOf(odd.repeat(100))).toBeLessThan(8 * plain);
  });
});
