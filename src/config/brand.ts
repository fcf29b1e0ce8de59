import { quoted, SettingFault } from "./fault.ts";

export function parseBrandName(text: string): string {
  const name = text.trim().normalize("NFC");
  if ([...name].length <= 60 && !/\p{Cc}|\p{Bidi_Control}|\p{Zl}|\p{Zp}/u.test(name)) return name;
  throw new SettingFault("is not a name", "write at most 60 characters, none of them invisible controls");
}

export function parseBrandColor(text: string): string {
  if (/^#[0-9a-f]{6}$/i.test(text)) return text.toLowerCase();
  throw new SettingFault(`is ${quoted(text)}`, "write a colour as #rrggbb");
}

const mostLinks = 3;

export function parseBrandLinks(text: string): readonly (readonly [label: string, href: string])[] {
  const links = Object.entries(parseObject(text));
  if (links.length > mostLinks) throw new SettingFault(`has ${links.length} links`, `give at most ${mostLinks}`);
  return links.map(([label, href]) => {
    if (label.trim() === "" || label.length > 60 || /\p{Cc}/u.test(label)) {
      throw new SettingFault(`has the label ${quoted(label)}`, "write 1 to 60 characters");
    }
    if (typeof href === "string" && /^(https?:\/\/|mailto:)/i.test(href) && URL.canParse(href)) return [label, href];
    throw new SettingFault(`leads from ${quoted(label)} to no web address`, "write https, http or mailto");
  });
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined; // JSON's own message would not say what is right.
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new SettingFault(
    `is ${quoted(text)}, not a JSON object`,
    'write one such as {"Privacy":"https://nas.example/privacy"}',
  );
}
