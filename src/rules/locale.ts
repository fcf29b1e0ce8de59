/** What a request says of the languages its reader prefers. */
export interface LanguagePreferences {
  /** OIDC Core §3.1.2.1: "space-separated list of BCP47 language tag values, ordered by preference". */
  readonly uiLocales?: string | undefined;
  /** RFC 9110 §12.5.4. */
  readonly acceptLanguage?: string | null | undefined;
}

/**
 * The best of the languages that there are: `ui_locales` first, then `Accept-Language`, then the default. Never an
 * error; what is malformed is passed over.
 *
 * @source OIDC Core §3.1.2.1: "An error SHOULD NOT result if some or all of the requested locales are not supported";
 * RFC 4647 §3.4 (lookup)
 */
export function chooseLocale<Locale extends string>(
  { uiLocales, acceptLanguage }: LanguagePreferences,
  available: readonly Locale[],
  fallback: Locale,
): Locale {
  const wanted = [...parseUiLocales(uiLocales ?? ""), ...parseAcceptLanguage(acceptLanguage ?? "")];
  for (const tag of wanted) {
    const found = lookUp(tag, available);
    if (found !== undefined) return found;
  }
  return fallback;
}

/** The well-formed tags of `ui_locales`, in lower case. */
export const parseUiLocales = (text: string): readonly string[] =>
  text.slice(0, maxLength).split(" ").slice(0, maxTags).filter(isTag).map(lowerCase);

/** The well-formed tags of `Accept-Language` that are wanted at all, in lower case, the most wanted first. */
export function parseAcceptLanguage(header: string): readonly string[] {
  const ranges: { tag: string; weight: number }[] = [];
  for (const entry of header.slice(0, maxLength).split(",").slice(0, maxTags)) {
    const [, tag, weight = "1"] = /^\s*([A-Za-z0-9-]+)\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?))?\s*$/i.exec(entry) ?? [];
    if (tag !== undefined && isTag(tag) && Number(weight) > 0) {
      ranges.push({ tag: lowerCase(tag), weight: Number(weight) });
    }
  }
  return ranges.sort((a, b) => b.weight - a.weight).map(({ tag }) => tag);
}

/** RFC 4647 §3.4: the range is "progressively truncated from the end until a matching language tag is located". */
function lookUp<Locale extends string>(tag: string, available: readonly Locale[]): Locale | undefined {
  for (let range = tag; range !== ""; ) {
    const found = available.find((locale) => locale.toLowerCase() === range);
    if (found !== undefined) return found;
    range = range.replace(/(?:^|-)[^-]*$/, "").replace(/-[a-z0-9]$/, "");
  }
  return undefined;
}

const maxLength = 1024;
const maxTags = 20;
const isTag = (text: string): boolean => /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}$/.test(text);
const lowerCase = (text: string): string => text.toLowerCase();
