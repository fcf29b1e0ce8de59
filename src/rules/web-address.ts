const maxBytes = 2048;

/**
 * Whether the text is an https address that a page may link to or a server may call: absolute, written in the characters
 * of RFC 3986 alone, with a host and without a user name.
 */
export function isHttpsAddress(text: string): boolean {
  // Quotes, spaces and backslashes are in no URI, and would be the first thing to break out of an attribute.
  if (text.length > maxBytes || !uriCharacters.test(text)) return false;
  const [, authority] = /^https:\/\/([^/?#]+)/.exec(text) ?? [];
  return authority !== undefined && !authority.includes("@") && URL.canParse(text);
}

const uriCharacters = /^(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/;
