const mostKept = 120;

/** A `User-Agent` header as it is kept: without what cannot be seen, and not longer than anybody reads. */
export function keptUserAgent(header: string | null | undefined): string | undefined {
  if (header && plain.test(header)) return header;
  const visible = (header ?? "").slice(0, 4 * mostKept).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "");
  const kept = [...visible.trim()].slice(0, mostKept).join("").trim();
  return kept === "" ? undefined : kept;
}

/** As nearly all of them are: kept as it stands. */
const plain = /^[\x21-\x7e](?:[\x20-\x7e]{0,118}[\x21-\x7e])?$/;

/** What a `User-Agent` header says, in names that people know. */
export interface Program {
  /** "Firefox", "curl"; absent where it does not say. */
  readonly name?: string | undefined;
  /** "Linux", "iPhone"; absent where it does not say. */
  readonly system?: string | undefined;
}

/** The first that fits: most browsers also name those that they want to be taken for. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\b(?:Edg|EdgA|EdgiOS|Edge)\//, "Edge"],
  [/\b(?:OPR|OPT|Opera)\//, "Opera"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bDuckDuckGo\//, "DuckDuckGo"],
  [/\bYaBrowser\//, "Yandex Browser"],
  [/\bThunderbird\//, "Thunderbird"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\bElectron\//, ""],
  [/\bChromium\//, "Chromium"],
  [/\b(?:Headless)?Chrome\/|\bCriOS\//, "Chrome"],
  [/\bVersion\/[\d.]+.* Safari\//, "Safari"],
];

/** The first that fits: an iPhone says that it is like a Mac, and Android that it is Linux. */
const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\b(?:SMART-TV|Tizen|Web0S|webOS|AppleTV|BRAVIA|AFT[A-Z]+)\b/i, "TV"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\b(?:Macintosh|Mac OS X|macOS|Darwin)\b/, "macOS"],
  [/\bFreeBSD\b/, "FreeBSD"],
  [/\b(?:Linux|X11|Ubuntu)\b/i, "Linux"],
];

/**
 * Which program on what kind of device. Anybody can send anything: this is a help to recognise one's own, and no proof.
 *
 * @source RFC 9110 §10.1.5: products, the most significant first; comments in parentheses
 */
export function readUserAgent(userAgent: string | undefined): Program {
  if (userAgent === undefined) return {};
  const named = browsers.find(([pattern]) => pattern.test(userAgent))?.[1] || ownProduct(userAgent);
  return { name: named, system: systems.find(([pattern]) => pattern.test(userAgent))?.[1] };
}

/** Products that only say what a program is like, or what it is made of. */
const unspecific = /^(?:Mozilla|AppleWebKit|Gecko|KHTML|Safari|Version|Mobile|Chrome|Electron)$/i;

const mostShown = 40;

/** A program that is no browser names itself first; one that is built of a browser does so among its parts. */
function ownProduct(userAgent: string): string | undefined {
  const products = userAgent.replace(/\([^)]*\)?/g, " ").trim();
  // Who keeps to no grammar is taken at their word.
  const names = products.includes("/")
    ? [...products.matchAll(/(?:^|\s)([^\s/]+)\//g)].map(([, name]) => name)
    : [products];
  return names.find((name = "") => /^\p{L}/u.test(name) && !unspecific.test(name))?.slice(0, mostShown);
}
