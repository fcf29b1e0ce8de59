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

/** German words that are the English ones, or the same by chance. */
const alike = new Set(["locale"]);

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
        expect(texts.filter(([path, sentence]) => sentences.get(path) === sentence && !alike.has(sentence))).toEqual(
          [],
        );
      });
    }
  });
}

describe("German", () => {
  test("says Sie to its readers", async () => {
    const texts = await Promise.all(Object.values(areas).map(async (of) => textsIn(await of("de")).map(said)));
    const familiar = /(?<![\wäöüß])(?:du|dein(?:e[mnrs]?)?|dich|dir|euch|euer)(?![\wäöüß])/i;
    expect(texts.flat().filter((text) => familiar.test(text))).toEqual([]);
  });
});

/** All that could use a text, by file; the languages themselves do not count. */
const sources = projectFiles("src")
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("src/languages/"))
  .map((path) => withoutComments(readText(path)));

/**
 * A text counts as used where its key and the one above it stand in one file: as properties that are read, as names that are
 * taken apart, or, for texts that are looked up by a key from elsewhere (`texts.errors[…]`), where the whole is looked up in.
 */
function isUsed({ path }: Text): boolean {
  const [key = "", parent, grandparent] = path.toReversed();
  return sources.some((source) => {
    const isNamed = (name: string) =>
      new RegExp(`\\.${name}\\b|[{,]\\s*${name}\\s*[,:}=]|\\["?${name}"\\]`).test(source);
    if (parent === undefined) return isNamed(key);
    if (isNamed(parent) && (isNamed(key) || isLookedUp(source, parent))) return true;
    return grandparent !== undefined && isNamed(grandparent) && isLookedUp(source, grandparent) && isNamed(key);
  });
}

/** `words.errors[name]`, `Object.entries(texts.scopes)`, `words[part]` where `words` is that very object. */
function isLookedUp(source: string, name: string): boolean {
  const alias = new RegExp(`\\b(\\w+) = [\\w.]+\\.${name};|\\b${name}: (\\w+)`).exec(source);
  const names = [name, alias?.[1] ?? alias?.[2]].filter((candidate) => candidate !== undefined);
  return names.some((candidate) =>
    new RegExp(`\\b${candidate}\\[|Object\\.\\w+\\([\\w.]*\\b${candidate}\\)`).test(source),
  );
}
