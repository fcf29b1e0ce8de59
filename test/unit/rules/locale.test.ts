import { expect, test } from "bun:test";
import fc from "fast-check";
import { chooseLocale, parseAcceptLanguage } from "../../../src/rules/locale.ts";

const available = ["en", "de", "pt-BR", "zh-Hant"] as const;
const choose = (uiLocales?: string, acceptLanguage?: string) =>
  chooseLocale({ uiLocales, acceptLanguage }, available, "en");

test("OIDC-3.1.2.1-ui_locales: the first of the wanted languages that there is, is used", () => {
  expect(choose("fr-CA de en")).toBe("de");
  expect(choose("de-CH-1996")).toBe("de");
  expect(choose("PT-br")).toBe("pt-BR");
  expect(choose("zh-Hant-x-a")).toBe("zh-Hant");
  expect(choose("pt")).toBe("en");
});

test("OIDC-3.1.2.1-ui_locales: malformed and unknown ones are ignored, never an error", () => {
  expect(choose("")).toBe("en");
  expect(choose("<script> de_CH -- * de")).toBe("de");
  expect(choose("x".repeat(100_000))).toBe("en");
});

test("8628-3.3-lang: Accept-Language is the second choice, by its weights", () => {
  expect(choose(undefined, "fr, en;q=0.5, de;q=0.8")).toBe("de");
  expect(choose("pt-BR", "de")).toBe("pt-BR");
  expect(choose("fr", "de;q=0, *")).toBe("en");
  expect(parseAcceptLanguage("da, en-GB;q=0.8, en;q=0.7, x;q=2, de;q=0.9;v=1")).toEqual(["da", "en-gb", "en"]);
});

test("OIDC-3.1.2.1-ui_locales: whatever is sent, the answer is a language that there is", () => {
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom("de", "-", "x", " ", ",", ";q=", "0.5", "pt-BR")).map((parts) => parts.join("")),
  );
  fc.assert(fc.property(text, text, (ui, accept) => expect(available).toContain(choose(ui, accept))));
});
