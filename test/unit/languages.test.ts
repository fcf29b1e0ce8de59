import { describe, expect, test } from "bun:test";
import {
  accountTextsFor,
  administrationTextsFor,
  applicationTextsFor,
  operationTextsFor,
  textsFor,
  type UiLocale,
  uiLocales,
} from "../../src/languages/languages.ts";
import { withoutComments } from "../support/imports.ts";
import { projectFiles, readText } from "../support/repository.ts";

const areas: Readonly<Record<string, (locale: UiLocale) => Promise<object>>> = {
  door: (locale) => textsFor([locale]),
  account: accountTextsFor,
  administration: administrationTextsFor,
  applications: applicationTextsFor,
  operation: operationTextsFor,
};
const others = uiLocales.filter((locale) => locale !== "en");

/** One text: a sentence, or what makes one. */
interface Text {
  readonly path: readonly string[];
  readonly value: unknown;
}

function textsIn(value: unknown, path: readonly string[] = []): readonly Text[] {
  if (typeof value !== "object" || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...path, key]));
}

/** What a text says; one that takes values is given some. */
function said({ value }: Text): string {
  if (typeof value !== "function") return String(value);
  const given = (example: unknown) => String(Reflect.apply(value, undefined, Array(value.length).fill(example)));
  try {
    return given(1000);
  } catch {
    return given("x"); // It wants letters.
  }
}

/** A word or two may be the same in another language, "Passkey" or "Name"; a sentence is not. */
const isSentence = (text: string): boolean => text.split(" ").length > 2;

for (const [area, of] of Object.entries(areas)) {
  describe(`the texts of ${area}`, async () => {
    const english = textsIn(await of("en"));

    test("none is empty", () => {
      expect(english.filter((text) => said(text).trim() === "").map(({ path }) => path.join("."))).toEqual([]);
    });

    test("each is used", () => {
      expect(english.filter((text) => !isUsed(text)).map(({ path }) => path.join("."))).toEqual([]);
    });

    for (const locale of others) {
      test(`${locale} has the same ones, of the same kind`, async () => {
        const kindOf = ({ path, value }: Text) =>
          `${path.join(".")}: ${typeof value === "function" ? `takes ${value.length}` : typeof value}`;
        expect(textsIn(await of(locale)).map(kindOf)).toEqual(english.map(kindOf));
      });

      test(`${locale} has them all translated, and none is empty`, async () => {
        const sentences = new Map(english.map((text) => [text.path.join("."), said(text)]));
        const texts = textsIn(await of(locale)).map((text) => [text.path.join("."), said(text)] as const);
        expect(texts.filter(([, sentence]) => sentence.trim() === "")).toEqual([]);
        expect(texts.filter(([path, sentence]) => sentences.get(path) === sentence && isSentence(sentence))).toEqual(
          [],
        );
      });
    }
  });
}

/** Words with which a language would address its readers in another way than ours does. */
const wrongAddress: Readonly<Record<string, RegExp>> = {
  de: /(?<!\p{L})(?:du|dein(?:e[mnrs]?)?|dich|dir|euch|euer)(?!\p{L})/iu,
  fr: /(?<!\p{L})(?:(?:tu|te|toi|ton|ta|tes)(?!\p{L})|t[’'](?=\p{L}))/iu,
  es: /(?<!\p{L})(?:usted(?:es)?|vos|vosotr[oa]s|vuestr[oa]s?|os|ingrese|introduzca|elija|pulse|inténtelo)(?!\p{L})/iu,
  it: /(?<!\p{L})(?:Lei|Suo|Sua|Suoi|Sue|[Vv]oi|[Vv]ostr[oaie]|[Ii]nserisca|[Ss]celga|[Rr]iprovi)(?!\p{L})/u,
  pt: /(?<!\p{L})(?:tu|te|ti|teus?|tuas?|contigo|vós|vossos?|vossas?|podes|deves|precisas)(?!\p{L})/iu,
  nl: /(?<!\p{L})(?:u|uw|uwe|uzelf)(?!\p{L})/iu,
  pl: /(?<!\p{L})(?:pan(?:a|u|em|ie|i|ią)?|pańsk\p{L}*|proszę)(?!\p{L})|\p{L}ł[ae]ś(?!\p{L})/iu,
  ja: /あなた|貴方|貴女|お前/u,
  zh: /[你妳]/u,
};

for (const locale of others) {
  test(`${locale} speaks to its readers in one way`, async () => {
    const texts = await Promise.all(Object.values(areas).map(async (of) => textsIn(await of(locale)).map(said)));
    const wrong = wrongAddress[locale];
    expect(wrong).toBeDefined();
    expect(texts.flat().filter((text) => wrong?.test(text))).toEqual([]);
  });
}

/** Every name that is read as a property, taken apart or quoted in the sources; the languages themselves do not count. */
const named: ReadonlySet<string> = new Set(
  projectFiles("src")
    .filter((path) => /\.tsx?$/.test(path) && !/^src\/languages\/\w+\//.test(path))
    .flatMap((path) => [
      ...withoutComments(readText(path)).matchAll(/\.(\w+)\b|[{,]\s*(\w+)(?=\s*[,:}=])|"([\w.:-]+)"/g),
    ])
    .flatMap(([, read, taken, quoted]) => [read, taken, quoted].filter((name) => name !== undefined)),
);

/**
 * Texts that are looked up (`texts.errors[…]`, `texts.events[…]`) have keys that stand in quotes elsewhere, those of a pair
 * (`kinds.web`, `kinds.webHint`) the first one; a key that is itself a sentence is what a rule says. Lists are one text.
 */
function isUsed({ path }: Text): boolean {
  const key = path.findLast((part) => !/^\d+$/.test(part)) ?? "";
  return named.has(key) || named.has(key.replace(/Hint$/, "")) || key.includes(" ");
}
