import { quoted, SettingFault } from "./fault.ts";

/**
 * Reads the extra scopes: a JSON object from scope to the sentence that the consent page shows.
 *
 * @source RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
 */
export function parseScopes(text: string): ReadonlyMap<string, string> {
  const scopes = new Map<string, string>();
  for (const [scope, sentence] of Object.entries(parseObject(text))) {
    if (!/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope)) {
      const characters = "use printable ASCII without spaces, quotation marks or backslashes (RFC 6749 §3.3)";
      throw new SettingFault(`names the scope ${quoted(scope)}`, characters);
    }
    // Scopes postern:* open Postern's own endpoints and are never for the operator to define.
    if (scope.startsWith("postern:")) {
      throw new SettingFault(`names the scope ${quoted(scope)}`, "scopes with the prefix postern: are Postern's own");
    }
    if (typeof sentence !== "string" || sentence.trim() === "" || /\p{Cc}/u.test(sentence)) {
      throw new SettingFault(`has no sentence for the scope ${quoted(scope)}`, "give it one line of text in quotes");
    }
    scopes.set(scope, sentence.trim());
  }
  return scopes;
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined; // JSON's own message would not say what is right.
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  const example = `write one such as {"mail.read":"Read your mail"}`;
  throw new SettingFault(`is ${quoted(text)}, not a JSON object`, example);
}
