import { expect, test } from "bun:test";
import { normaliseTotpCode } from "../../../src/rules/totp-code.ts";

test("S-10-totp: six digits, with whatever spaces and dashes, in whatever width; nothing else is a code", () => {
  for (const text of ["123456", "123 456", " 123-456 ", "1 2 3 4 5 6", "１２３４５６", "123\u00a0456", "123–456"])
    expect([text, normaliseTotpCode(text)]).toEqual([text, "123456"]);
  for (const text of ["", "12345", "1234567", "12345a", "12345.", "+12345", "١٢٣٤٥٦", "1".repeat(65)])
    expect([text, normaliseTotpCode(text)]).toEqual([text, undefined]);
});
