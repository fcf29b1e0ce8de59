import type { AccountTexts } from "./account/en.ts";
import type { AdministrationTexts } from "./administration/en.ts";
import type { ApplicationTexts } from "./applications/en.ts";
import { english, type Texts } from "./door/en.ts";
import type { OperationTexts } from "./operation/en.ts";

/** The languages of the pages, for `ui_locales_supported`; the first one is the default. */
export const uiLocales = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "ja", "zh"] as const;
export type UiLocale = (typeof uiLocales)[number];

/** The texts of one language. Each is loaded with the first page that wants it: most servers speak one or two. */
interface Language {
  readonly door: () => Promise<Texts>;
  readonly account: () => Promise<AccountTexts>;
  readonly administration: () => Promise<AdministrationTexts>;
  readonly applications: () => Promise<ApplicationTexts>;
  readonly operation: () => Promise<OperationTexts>;
}

const languages: Readonly<Record<UiLocale, Language>> = {
  en: {
    door: async () => english,
    account: async () => (await import("./account/en.ts")).english,
    administration: async () => (await import("./administration/en.ts")).english,
    applications: async () => (await import("./applications/en.ts")).english,
    operation: async () => (await import("./operation/en.ts")).english,
  },
  de: {
    door: async () => (await import("./door/de.ts")).german,
    account: async () => (await import("./account/de.ts")).german,
    administration: async () => (await import("./administration/de.ts")).german,
    applications: async () => (await import("./applications/de.ts")).german,
    operation: async () => (await import("./operation/de.ts")).german,
  },
  fr: {
    door: async () => (await import("./door/fr.ts")).french,
    account: async () => (await import("./account/fr.ts")).french,
    administration: async () => (await import("./administration/fr.ts")).french,
    applications: async () => (await import("./applications/fr.ts")).french,
    operation: async () => (await import("./operation/fr.ts")).french,
  },
  es: {
    door: async () => (await import("./door/es.ts")).spanish,
    account: async () => (await import("./account/es.ts")).spanish,
    administration: async () => (await import("./administration/es.ts")).spanish,
    applications: async () => (await import("./applications/es.ts")).spanish,
    operation: async () => (await import("./operation/es.ts")).spanish,
  },
  it: {
    door: async () => (await import("./door/it.ts")).italian,
    account: async () => (await import("./account/it.ts")).italian,
    administration: async () => (await import("./administration/it.ts")).italian,
    applications: async () => (await import("./applications/it.ts")).italian,
    operation: async () => (await import("./operation/it.ts")).italian,
  },
  pt: {
    door: async () => (await import("./door/pt.ts")).portuguese,
    account: async () => (await import("./account/pt.ts")).portuguese,
    administration: async () => (await import("./administration/pt.ts")).portuguese,
    applications: async () => (await import("./applications/pt.ts")).portuguese,
    operation: async () => (await import("./operation/pt.ts")).portuguese,
  },
  nl: {
    door: async () => (await import("./door/nl.ts")).dutch,
    account: async () => (await import("./account/nl.ts")).dutch,
    administration: async () => (await import("./administration/nl.ts")).dutch,
    applications: async () => (await import("./applications/nl.ts")).dutch,
    operation: async () => (await import("./operation/nl.ts")).dutch,
  },
  pl: {
    door: async () => (await import("./door/pl.ts")).polish,
    account: async () => (await import("./account/pl.ts")).polish,
    administration: async () => (await import("./administration/pl.ts")).polish,
    applications: async () => (await import("./applications/pl.ts")).polish,
    operation: async () => (await import("./operation/pl.ts")).polish,
  },
  ja: {
    door: async () => (await import("./door/ja.ts")).japanese,
    account: async () => (await import("./account/ja.ts")).japanese,
    administration: async () => (await import("./administration/ja.ts")).japanese,
    applications: async () => (await import("./applications/ja.ts")).japanese,
    operation: async () => (await import("./operation/ja.ts")).japanese,
  },
  zh: {
    door: async () => (await import("./door/zh.ts")).simplifiedChinese,
    account: async () => (await import("./account/zh.ts")).simplifiedChinese,
    administration: async () => (await import("./administration/zh.ts")).simplifiedChinese,
    applications: async () => (await import("./applications/zh.ts")).simplifiedChinese,
    operation: async () => (await import("./operation/zh.ts")).simplifiedChinese,
  },
};

/**
 * The first language of these tags that we speak, English otherwise. A malformed tag matches nothing.
 *
 * @source OIDC Core §3.1.2.1 `ui_locales`: BCP 47 tags in order of preference; RFC 4647 §3.4: "de-AT" falls back to "de"
 */
export function languageOf(tags: readonly string[]): UiLocale {
  for (const tag of tags) {
    const found = uiLocales.find((locale) => locale === tag.split("-", 1)[0]?.toLowerCase());
    if (found !== undefined) return found;
  }
  return "en";
}

/** Of the pages that anybody meets: sign-in, consent, devices, errors. */
export const textsFor = (tags: readonly string[]): Promise<Texts> => languages[languageOf(tags)].door();
export const accountTextsFor = (locale: UiLocale): Promise<AccountTexts> => languages[locale].account();
export const administrationTextsFor = (locale: UiLocale): Promise<AdministrationTexts> =>
  languages[locale].administration();
export const applicationTextsFor = (locale: UiLocale): Promise<ApplicationTexts> => languages[locale].applications();
export const operationTextsFor = (locale: UiLocale): Promise<OperationTexts> => languages[locale].operation();

/**
 * The tags of an `Accept-Language` header, most wanted first; those with `q=0` are left out.
 *
 * @source RFC 9110 §12.5.4, §12.4.2
 */
export function acceptedLanguages(header: string): readonly string[] {
  return header
    .slice(0, 1000)
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.split(";").map((part) => part.trim());
      const quality = parameters.find((parameter) => /^q=/i.test(parameter));
      return { tag, weight: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ tag, weight }) => tag !== "" && weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}

/** "ann, bob, and carl", as the language lists them. */
export const inOneSentence = (locale: string, names: readonly string[]): string =>
  new Intl.ListFormat(locale, { type: "conjunction" }).format(names);

/**
 * What a scope lets an app do, in words. The operator's own descriptions (`POSTERN_SCOPES`) come first; a scope that nobody
 * described is named as it is.
 */
export function scopeSentence(
  texts: Texts,
  scope: string,
  descriptions: Readonly<Record<string, string>> = {},
): string {
  const described = Object.entries(descriptions).find(([name]) => name === scope);
  if (described !== undefined) return described[1];
  const known = Object.entries(texts.scopes).find(([name]) => name === scope);
  return known?.[1] ?? texts.otherScope(scope);
}
