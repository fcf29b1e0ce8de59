import { readFileSync, statSync } from "node:fs";
import { ConfigError, quoted } from "./fault.ts";
import { settings } from "./settings.ts";

/** The operator's picture, as it is served. */
export interface BrandLogo {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

const maxBytes = 256 * 1024;

/** What is wrong with a file, as a `Fault` says it. */
interface Flaw {
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Reads and checks the picture in the place of Postern's mark.
 *
 * @throws ConfigError, which says what is wrong with the file
 */
export function readBrandLogo(path: string): BrandLogo {
  const found = logoIn(path);
  if ("body" in found) return found;
  throw new ConfigError([{ name: settings.brandLogoFile.name, ...found }]);
}

function logoIn(path: string): BrandLogo | Flaw {
  let body: Uint8Array<ArrayBuffer>;
  try {
    const { size } = statSync(path);
    if (size > maxBytes) {
      const problem = `names ${quoted(path)} of ${Math.ceil(size / 1024)} KiB`;
      return { problem, remedy: "make the picture 256 KiB or smaller" };
    }
    body = new Uint8Array(readFileSync(path));
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    const problem = `names ${quoted(path)}, which cannot be read${reason}`;
    return { problem, remedy: "name a file that Postern can read" };
  }
  const type = rasterTypeOf(body) ?? (isSvg(asText(body)) ? "image/svg+xml" : undefined);
  if (type === undefined) {
    const problem = `names ${quoted(path)}, which is no SVG, PNG, JPEG or WebP picture`;
    return { problem, remedy: "give a picture in one of these formats" };
  }
  if (type === "image/svg+xml" && isActive(asText(body))) {
    const problem = `names ${quoted(path)}, an SVG with a script or with entities`;
    return { problem, remedy: "save it as a plain SVG, without scripts" };
  }
  return { type, body };
}

// What the name of a file says about its contents, nobody has checked. PNG 3 §5.2, ITU T.81 §B.1.1.3, RFC 9649 §2.4.
function rasterTypeOf(body: Uint8Array): string | undefined {
  const latin = (start: number, end: number) => String.fromCharCode(...body.subarray(start, end));
  if (latin(0, 8) === "\x89PNG\r\n\x1a\n") return "image/png";
  if (latin(0, 3) === "\xff\xd8\xff") return "image/jpeg";
  return latin(0, 4) === "RIFF" && latin(8, 12) === "WEBP" ? "image/webp" : undefined;
}

const asText = (body: Uint8Array) => new TextDecoder().decode(body);

/** Whether the outermost element is an SVG's; a browser that finds more to complain about shows nothing. */
const isSvg = (text: string) =>
  /^\s*(?:<\?xml[^>]*\?>\s*)?(?:(?:<!--[\s\S]*?-->|<!DOCTYPE[^>]*>)\s*)*<svg[\s/>]/i.test(text);

/**
 * Nothing in an SVG runs where the pages show it, and at its own address its policy forbids it too. A picture with a
 * script is still not what the operator meant to publish.
 */
const isActive = (text: string) => /<(?:\w+:)?script\b|<[^>]*\son[a-z]+\s*=|<!ENTITY|javascript:/i.test(text);
