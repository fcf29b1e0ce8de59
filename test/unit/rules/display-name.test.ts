import { expect, test } from "bun:test";
import { nameSkeleton, readDisplayName } from "../../../src/rules/display-name.ts";

test("XS-02: a name has 1 to 100 characters that can be seen", () => {
  expect(readDisplayName("  Mail & Calendar ")).toBe("Mail & Calendar");
  expect(readDisplayName("😀".repeat(100))).toBe("😀".repeat(100));
  expect(readDisplayName("メール")).toBe("メール");
  for (const name of [
    "",
    "  ",
    "a".repeat(101),
    "a\u202Eb",
    "a\u200Bb",
    "a\u2066b",
    "a\u00ADb",
    "a\nb",
    "a\u0085b",
    "\u3164",
    "\u2800",
    "a\uE000",
    "a\uD800",
  ]) {
    expect(readDisplayName(name)).toBeUndefined();
  }
});

test("RG-09: names that a hasty reader takes for one another have one skeleton", () => {
  const skeleton = nameSkeleton("Postern Admin");
  for (const name of [
    "postern admin",
    "POSTERN-ADMIN!",
    "Роstеrn Аdmin",
    "P0stern Adm1n",
    "Pöstërn Ädmin",
    "ＰＯＳＴＥＲＮ ａｄｍｉｎ",
    "𝐏ostern Admin",
    "Posternadmin",
  ]) {
    expect(nameSkeleton(name)).toBe(skeleton);
  }
  for (const name of ["Postern", "Postern Administration", "Postman Admin"])
    expect(nameSkeleton(name)).not.toBe(skeleton);
  // What has no letters is compared as it is.
  expect(nameSkeleton("★")).not.toBe(nameSkeleton("♥"));
});
