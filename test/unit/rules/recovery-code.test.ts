import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { formatRecoveryCode, newRecoveryCode, normaliseRecoveryCode } from "../../../src/rules/recovery-code.ts";

const bytes =
  (...values: readonly number[]) =>
  () =>
    Uint8Array.from(values);
const first = bytes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

describe("recovery codes", () => {
  test("S-11-recovery-codes: every five bits are a symbol of their own, and none can be mistaken for another", () => {
    expect(newRecoveryCode(first)).toBe("0123456789");
    expect(newRecoveryCode(bytes(22, 23, 24, 25, 26, 27, 28, 29, 30, 31))).toBe("PQRSTVWXYZ");
    const all = new Set([...Array(256).keys()].map((byte) => newRecoveryCode(() => new Uint8Array(10).fill(byte))[0]));
    expect([...all].sort().join("")).toBe("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
  });

  test("S-11-recovery-codes: what a person is shown is what they may type, in whatever case and with whatever between", () => {
    expect(formatRecoveryCode("0123456789")).toBe("0123-4567-89");
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (random) => {
        const code = newRecoveryCode(() => random);
        const typed = [
          formatRecoveryCode(code),
          ` ${code.toLowerCase()} `,
          formatRecoveryCode(code).replaceAll("-", " – "),
        ];
        for (const text of typed) expect(normaliseRecoveryCode(text)).toBe(code);
      }),
    );
    expect(normaliseRecoveryCode("oiL0-1234-56")).toBe("0110123456");
    expect(normaliseRecoveryCode("０１２３４５６７８９")).toBe("0123456789");
  });

  test("S-11-recovery-codes: another length or another symbol is no code", () => {
    for (const text of ["", "123456", "0123-4567-8", "0123-4567-890", "0123-4567-8U", "0123_4567_89", "0".repeat(65)])
      expect([text, normaliseRecoveryCode(text)]).toEqual([text, undefined]);
  });
});
