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

/** Words that are the same as in English. */
const alike: Readonly<Record<UiLocale, readonly string[]>> = {
  en: [],
  de: [
    ...["Administrator", "App", "Apps", "Browser", "Code", "Discovery", "Issuer", "Link", "Logo", "Name", "Passkey"],
    ...["Passkeys", "Person", "Postern 1000", "Software", "Token", "Tokens", "Website"],
  ],
};

/** Texts that are looked up by a key that stands elsewhere: `texts.errors[…]`. */
const tables: Readonly<Record<string, readonly string[]>> = {
  door: ["scopes", "errors"],
  account: ["events"],
  administration: ["dashboard.purposes", "events.actors", "events.names"],
  applications: [
    ...["kinds", "client.origins", "recipeNotes", "fields.grants", "fields.application_types"],
    ...["fields.token_endpoint_auth_methods", "fields.access_token_formats"],
  ],
  operation: ["keys.purposes", "audit.kinds", "configuration.origins", "settings"],
};

for (const [area, of] of Object.entries(areas)) {
  describe(`the texts of ${area}`, async () => {
    const english = textsIn(await of("en"));

    test("none is empty", () => {
      expect(english.filter((text) => said(text).trim() === "").map(({ path }) => path.join("."))).toEqual([]);
    });

    test("each is used", () => {
      expect(english.filter((text) => !isUsed(text, tables[area] ?? [])).map(({ path }) => path.join("."))).toEqual([]);
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
        const same = texts.filter(([path, text]) => sentences.get(path) === text && !alike[locale].includes(text));
        expect(texts.filter(([, text]) => text.trim() === "")).toEqual([]);
        expect(same).toEqual([]);
      });
    }
  });
}

describe("words that are the same as in English", () => {
  for (const locale of others) {
    test(`${locale} has each of those that may be`, async () => {
      const texts = await Promise.all(Object.values(areas).map(async (of) => textsIn(await of(locale)).map(said)));
      expect(alike[locale].filter((word) => !texts.flat().includes(word))).toEqual([]);
    });
  }
});

describe("German", () => {
  test("says Sie to its readers", async () => {
    const texts = await Promise.all(Object.values(areas).map(async (of) => textsIn(await of("de")).map(said)));
    const familiar = /(?<![\wäöüß])(?:du|dein(?:e[mnrs]?)?|dich|dir|euch|euer)(?![\wäöüß])/i;
    expect(texts.flat().filter((text) => familiar.test(text))).toEqual([]);
  });
});

/** For each source file, the names that are read as properties, taken apart or quoted; the texts themselves do not count. */
const namesByFile: readonly ReadonlySet<string>[] = projectFiles("src")
  .filter((path) => /\.tsx?$/.test(path) && !/^src\/languages\/\w+\//.test(path))
  .map((path) => {
    const names = withoutComments(readText(path)).matchAll(/\.(\w+)\b|[{,]\s*(\w+)(?=\s*[,:}=])|"([\w.:-]+)"/g);
    return new Set([...names].flatMap(([, ...found]) => found.filter((name) => name !== undefined)));
  });

/** Whether one file has all these names. */
const stand = (...names: readonly string[]) => namesByFile.some((file) => names.every((name) => file.has(name)));

/**
 * A text is used where its key and the one above it stand in one file. Of a table, that is so for its own name; the keys
 * in it stand anywhere, those of a pair (`web`, `webHint`) by the first one. A list is one text.
 */
function isUsed({ path }: Text, lookedUp: readonly string[]): boolean {
  const keys = path.filter((key) => !/^\d+$/.test(key));
  const table = lookedUp.map((name) => name.split(".")).find((parts) => parts.every((part, at) => part === keys[at]));
  if (table === undefined) return stand(...keys.slice(-2));
  const key = keys[table.length] ?? "";
  // A rule of the server is looked up by its own sentence.
  return stand(...table.slice(-2)) && (stand(key) || stand(key.replace(/Hint$/, "")) || key.includes(" "));
}
