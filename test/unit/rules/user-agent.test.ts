import { describe, expect, test } from "bun:test";
import { keptUserAgent, readUserAgent } from "../../../src/rules/user-agent.ts";

const webKit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const blink = "AppleWebKit/537.36 (KHTML, like Gecko)";

describe("which program on what", () => {
  const known: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ["Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0", "Firefox", "Linux"],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Chrome/125.0.0.0 Safari/537.36 Edg/125.0`, "Edge", "Windows"],
    [`Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) ${webKit} Version/17.4 Safari/604.1`, "Safari", "iPhone"],
    [`Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) ${webKit} CriOS/125.0 Safari/604.1`, "Chrome", "iPhone"],
    [`Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) ${webKit} FxiOS/126.0 Safari/604.1`, "Firefox", "iPad"],
    [`Mozilla/5.0 (Linux; Android 14; Pixel 8) ${blink} Chrome/125.0 Mobile Safari/537.36`, "Chrome", "Android"],
    [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webKit} Version/17.4 Safari/605.1.15`, "Safari", "macOS"],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${blink} HeadlessChrome/125.0 Safari/537.36`, "Chrome", "ChromeOS"],
    [`Mozilla/5.0 (SMART-TV; Linux; Tizen 6.5) ${blink} 85.0.4183.93/6.5 TV Safari/537.36`, undefined, "TV"],
    [`Mozilla/5.0 (X11; Linux x86_64) ${blink} Element/1.11 Chrome/124.0 Electron/30.0`, "Element", "Linux"],
    ["Dalvik/2.1.0 (Linux; U; Android 9; AFTMM Build)", "Dalvik", "TV"],
    ["curl/8.5.0", "curl", undefined],
    ["TV/1.0 (living room)", "TV", undefined],
    ["Jellyfin Media Player", "Jellyfin Media Player", undefined],
    ["Mozilla/5.0", undefined, undefined],
    ["<script>alert(1)</script>/1.0", undefined, undefined],
    ["", undefined, undefined],
  ];
  for (const [userAgent, name, system] of known) {
    test(`${userAgent || "nothing"}: ${name ?? "no name"}, ${system ?? "no system"}`, () => {
      expect(readUserAgent(userAgent)).toEqual({ name, system });
    });
  }

  test("who says nothing is nobody", () => {
    expect(readUserAgent(undefined)).toEqual({});
  });

  test("a name is never longer than a line", () => {
    expect(readUserAgent(`${"n".repeat(500)}/1`).name).toHaveLength(40);
  });

  test("a long header of open brackets and names is read at once", () => {
    const began = performance.now();
    for (const part of ["(", "a/", " a", "Version/1"]) readUserAgent(part.repeat(20_000));
    expect(performance.now() - began).toBeLessThan(200);
  });
});

describe("what is kept", () => {
  test("XS-02: nothing that cannot be seen, or that turns text around", () => {
    expect(keptUserAgent("TV\u0000/1\u001b[31m \u202eevil\u200b ")).toBe("TV/1[31m evil");
  });

  test("at most 120 characters, none of them cut in half", () => {
    expect(keptUserAgent("😀".repeat(200))).toBe("😀".repeat(120));
  });

  test("nothing of nothing", () => {
    for (const header of [null, undefined, "", "  \u200b "]) expect(keptUserAgent(header)).toBeUndefined();
  });
});
