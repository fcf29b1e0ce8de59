import { german } from "./de.ts";
import { english, type Texts } from "./en.ts";

/** The languages of the pages, for `ui_locales_supported`; the first one is the default. */
export const uiLocales = ["en", "de"] as const;

const byLanguage: ReadonlyMap<string, Texts> = new Map([
  ["en", english],
  ["de", german],
]);

/**
 * The texts for the first tag whose language we speak, English otherwise. A malformed tag matches nothing.
 *
 * @source OIDC Core §3.1.2.1 `ui_locales`: BCP 47 tags in order of preference; RFC 4647 §3.4: "de-AT" falls back to "de"
 */
export function textsFor(tags: readonly string[]): Texts {
  for (const tag of tags) {
    const texts = byLanguage.get(tag.split("-", 1)[0]?.toLowerCase() ?? "");
    if (texts !== undefined) return texts;
  }
  return english;
}

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
