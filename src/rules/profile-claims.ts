import { readDisplayName } from "./display-name.ts";

/** The claims about themselves that people may change (OIDC Core §5.1), beside name, e-mail and `locale`. */
export const ownClaims = ["given_name", "family_name", "nickname", "website", "birthdate", "zoneinfo"] as const;
export type OwnClaim = (typeof ownClaims)[number];

/** The value of a claim as it was typed, in the form of the specification; `undefined` when it can be none. */
export function readOwnClaim(claim: OwnClaim, text: string): string | undefined {
  switch (claim) {
    case "given_name":
    case "family_name":
    case "nickname":
      return readDisplayName(text);
    case "website":
      return readWebsite(text);
    case "birthdate":
      return readBirthdate(text);
    case "zoneinfo":
      return timeZones().includes(text) ? text : undefined;
  }
}

/** The names of time zones that this server knows. */
export const timeZones = (): readonly string[] => Intl.supportedValuesOf("timeZone");

const mostWebsiteCharacters = 500;

/** People leave out what goes without saying. What comes out holds the characters of RFC 3986 alone. */
function readWebsite(typed: string): string | undefined {
  const text = typed.trim();
  const address = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (address === null || (address.protocol !== "https:" && address.protocol !== "http:")) return undefined;
  const isPlain = address.username === "" && address.password === "" && address.hostname.includes(".");
  return isPlain && address.href.length <= mostWebsiteCharacters ? address.href : undefined;
}

/** OIDC Core §5.1: "YYYY-MM-DD"; "The year MAY be 0000, indicating that it is omitted." */
function readBirthdate(typed: string): string | undefined {
  const text = typed.trim();
  const [, year, month, day] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  return day >= 1 && day <= daysOf(year, month) ? text : undefined;
}

/** None, for what is no month. */
function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}
