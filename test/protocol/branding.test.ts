import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../src/config/fault.ts";
import { paths } from "../../src/http/paths.ts";
import { TestBrowser } from "../support/browser.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let directory: string;
let plain: TestServer;
let branded: TestServer;

const svg = `<?xml version="1.0"?>\n<!-- by hand --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>`;
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);

function file(name: string, contents: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, contents);
  return path;
}

const links = { Privacy: "https://nas.example/privacy", "Write to us": "mailto:help@nas.example" };

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "postern-brand-"));
  plain = await startTestServer();
  branded = await startTestServer({
    POSTERN_BRAND_NAME: "Villa <Sonnenschein>",
    POSTERN_BRAND_COLOR: "#FFCC00",
    POSTERN_BRAND_LOGO_FILE: file("logo", svg),
    POSTERN_BRAND_LINKS: JSON.stringify(links),
  });
});
afterAll(async () => {
  await plain.stop();
  await branded.stop();
  rmSync(directory, { recursive: true });
});

const pageOf = async (server: TestServer, path: string) => (await new TestBrowser(server).get(path)).body;

describe("without a brand", () => {
  test("POSTERN_BRAND_NAME: the pages are Postern's, and nothing of a brand is linked or there", async () => {
    const page = await pageOf(plain, paths.signIn);
    expect(page).toContain("· Postern</title>");
    expect(page).not.toContain("brand.css");
    expect(page).not.toContain("brand-logo");
    expect(page).not.toContain("brand-links");
    for (const path of ["/assets/brand.css", "/assets/brand-logo"]) {
      expect((await fetch(plain.issuer + path)).status).toBe(404);
    }
  });
});

describe("with a brand", () => {
  test("POSTERN_BRAND_NAME: titles, frame, error pages and the API reference carry the name, escaped", async () => {
    for (const path of [paths.home, paths.signIn, `${paths.setup}?token=x`, paths.docs]) {
      expect(await pageOf(branded, path)).toMatch(/<title>[^<]+ · Villa &lt;Sonnenschein><\/title>/);
    }
    expect(await pageOf(branded, paths.signIn)).toContain("<bdi>Villa &lt;Sonnenschein></bdi>");
  });

  test("POSTERN_BRAND_COLOR: a style sheet of its own gives the accent for light and for dark, after ours", async () => {
    const page = await pageOf(branded, paths.signIn);
    expect(page.indexOf("brand.css")).toBeGreaterThan(page.indexOf("postern.css"));
    const answer = await fetch(`${branded.issuer}/assets/brand.css`);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/css; charset=utf-8"]);
    const sheet = await answer.text();
    expect(sheet).toContain("prefers-color-scheme: dark");
    // As it is on dark; on light, yellow could not be read.
    expect(sheet.match(/--accent: (#\w+)/g)?.[1]).toBe("--accent: #ffcc00");
    expect(sheet.match(/--accent: (#\w+)/g)?.[0]).not.toBe("--accent: #ffcc00");
  });

  test("POSTERN_BRAND_LOGO_FILE: the picture stands in the place of the mark, and can do nothing by itself", async () => {
    const page = await pageOf(branded, paths.signIn);
    expect(page).toContain(`src="/assets/brand-logo" alt`);
    expect(page).not.toContain("mark-wall");
    const answer = await fetch(`${branded.issuer}/assets/brand-logo`);
    expect(await answer.text()).toBe(svg);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/svg+xml",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    });
    const tag = answer.headers.get("etag") ?? "";
    const again = await fetch(`${branded.issuer}/assets/brand-logo`, { headers: { "if-none-match": tag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  test("POSTERN_BRAND_LINKS: the footer leads there, and no Referer goes with it", async () => {
    const page = await pageOf(branded, paths.signIn);
    expect(page).toContain(`href="https://nas.example/privacy" target="_blank" rel="noopener noreferrer nofollow"`);
    expect(page).toContain(`href="mailto:help@nas.example"`);
  });

  test("below a path, all of it stands there", async () => {
    const server = await startTestServer({
      POSTERN_ISSUER: "http://localhost:1/sso",
      POSTERN_BRAND_COLOR: "#0000ff",
      POSTERN_BRAND_LOGO_FILE: file("logo.png", png),
    });
    const headers = { host: "localhost:1" };
    const page = await (await fetch(`${server.address}/sso/login`, { headers })).text();
    for (const name of ["brand.css", "brand-logo"]) {
      expect(page).toContain(`"/sso/assets/${name}"`);
      expect((await fetch(`${server.address}/sso/assets/${name}`, { headers })).status).toBe(200);
    }
    await server.stop();
  });
});

describe("POSTERN_BRAND_LOGO_FILE: a file that cannot be shown stops the start, and the sentence says why", () => {
  const bytes = (...values: readonly number[]) => Uint8Array.from(values);
  const wrong: Readonly<Record<string, readonly [contents: string | Uint8Array, sentence: string]>> = {
    "a text": ["hello", "is no SVG, PNG, JPEG or WebP picture"],
    "a page": ["<html><svg></svg></html>", "is no SVG, PNG, JPEG or WebP picture"],
    "a GIF": ["GIF89a", "is no SVG, PNG, JPEG or WebP picture"],
    nothing: ["", "is no SVG, PNG, JPEG or WebP picture"],
    "an SVG with a script": ["<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "script"],
    "an SVG with a handler": ["<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "script"],
    "an SVG with a script link": ["<svg><a href='javascript:alert(1)'/></svg>", "script"],
    "something large": [new Uint8Array(257 * 1024), "256 KiB or smaller"],
  };
  for (const [name, [contents, sentence]] of Object.entries(wrong)) {
    test(name, async () => {
      const starting = startTestServer({ POSTERN_BRAND_LOGO_FILE: file("wrong", contents) });
      const fault = await starting.then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(fault).toBeInstanceOf(ConfigError);
      expect(String(fault)).toContain("POSTERN_BRAND_LOGO_FILE");
      expect(String(fault)).toContain(sentence);
    });
  }

  test("a file that is not there, or a folder", async () => {
    expect(startTestServer({ POSTERN_BRAND_LOGO_FILE: join(directory, "none") })).rejects.toThrow("(ENOENT)");
    expect(startTestServer({ POSTERN_BRAND_LOGO_FILE: directory })).rejects.toThrow("(EISDIR)");
  });

  test("what can be shown is served by what it is, whatever its name says", async () => {
    const pictures = {
      "image/png": png,
      "image/jpeg": bytes(0xff, 0xd8, 0xff, 0xe0),
      "image/webp": new TextEncoder().encode("RIFF\u0001\u0002\u0003\u0004WEBPVP8 "),
      "image/svg+xml": svg,
    };
    for (const [type, contents] of Object.entries(pictures)) {
      const server = await startTestServer({ POSTERN_BRAND_LOGO_FILE: file("picture.txt", contents) });
      expect((await fetch(`${server.issuer}/assets/brand-logo`)).headers.get("content-type")).toBe(type);
      await server.stop();
    }
  });
});
