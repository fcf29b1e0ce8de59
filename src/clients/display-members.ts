import type { ClientMetadata } from "../model/client.ts";
import { readDisplayName } from "../rules/display-name.ts";
import type { JsonObject } from "../rules/json.ts";
import { memberValue, metadataRefused, optional, readHttpsAddress, readStrings } from "./members.ts";

type DisplayMembers = Pick<
  ClientMetadata,
  "client_name" | "client_uri" | "logo_uri" | "policy_uri" | "tos_uri" | "contacts" | "localized"
>;

/** The members that people read. RFC 7591 §2.2: each may be there once more for each of some languages. */
const readers = {
  client_name: readName,
  client_uri: readHttpsAddress,
  logo_uri: readHttpsAddress,
  policy_uri: readHttpsAddress,
  tos_uri: readHttpsAddress,
} as const;

const mostLanguages = 10;

export function readDisplayMembers(json: JsonObject): DisplayMembers {
  return {
    ...optional("client_name", readName(json, "client_name")),
    ...optional("client_uri", readHttpsAddress(json, "client_uri")),
    ...optional("logo_uri", readHttpsAddress(json, "logo_uri")),
    ...optional("policy_uri", readHttpsAddress(json, "policy_uri")),
    ...optional("tos_uri", readHttpsAddress(json, "tos_uri")),
    ...optional("contacts", readStrings(json, "contacts", { most: 5, maxCharacters: 320 })),
    ...optional("localized", readLocalized(json)),
  };
}

function readName(json: JsonObject, member: string): string | undefined {
  // Any length, and spaces: what is wrong with a name is for its own rule to say.
  const text = memberValue(json, member);
  if (text === undefined) return undefined;
  const name = typeof text === "string" ? readDisplayName(text) : undefined;
  if (name === undefined) throw metadataRefused(member, "is not a name of 1 to 100 visible characters");
  return name;
}

function readLocalized(json: JsonObject): ClientMetadata["localized"] {
  const localized: Record<string, string> = {};
  for (const [member, read] of Object.entries(readers)) {
    const languages = new Set<string>();
    for (const full of Object.keys(json)) {
      if (!full.startsWith(`${member}#`) || memberValue(json, full) === undefined) continue;
      const language = canonicalLanguage(full.slice(member.length + 1));
      if (language === undefined) throw metadataRefused(member, "has a language tag that is malformed");
      // RFC 7591 §2.2: tags are compared without regard to case.
      if (languages.has(language)) throw metadataRefused(member, "has a language twice");
      languages.add(language);
      // The fault names the member alone: the tag is the sender's own.
      const value = read({ [member]: json[full] ?? null }, member);
      if (value !== undefined) localized[full] = value;
    }
    if (languages.size > mostLanguages) throw metadataRefused(member, `has more than ${mostLanguages} languages`);
  }
  return Object.keys(localized).length > 0 ? localized : undefined;
}

/** `undefined` when it is no language tag (BCP 47). */
function canonicalLanguage(tag: string): string | undefined {
  try {
    return tag.length <= 64 ? Intl.getCanonicalLocales(tag)[0] : undefined;
  } catch {
    return undefined;
  }
}
