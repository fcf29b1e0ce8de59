import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { uiLocales } from "../../src/languages/languages.ts";
import { closeChromium, newPage } from "../support/chromium.ts";
import { root } from "../support/repository.ts";
import { signInAs, startBusyServer, stopBusyServer } from "./busy-server.ts";
import { deskPages } from "./desk-pages.ts";
import { doorPages } from "./door-pages.ts";
import { desks, follow } from "./every-page.ts";

// `bun run screenshots`: every page as a person sees it, into a folder to look through. Words behind the command choose
// variants, languages (English without one), and pages by what their names begin with: `bun run screenshots phone fr ja
// admin-people`.

const folder = join(root, "dist", "screenshots");
const words = process.argv.slice(2);
const desktop = { width: 1280, height: 800 };
const variants = {
  light: { viewport: desktop, colorScheme: "light" },
  dark: { viewport: desktop, colorScheme: "dark" },
  phone: { viewport: { width: 320, height: 640 }, colorScheme: "light", hasTouch: true },
} as const;
const locales: readonly string[] = uiLocales;

const wanted = words.filter((word) => !(word in variants) && !locales.includes(word));
const isWanted = (name: string) => wanted.length === 0 || wanted.some((start) => name.startsWith(start));
const chosen = Object.entries(variants).filter(
  ([name]) => !words.some((word) => word in variants) || words.includes(name),
);
const spoken = words.filter((word) => locales.includes(word));
const chosenLanguages = spoken.length === 0 ? ["en"] : spoken;

if (words.length === 0) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const busy = await startBusyServer();

async function take(page: Page, name: string, variant: string): Promise<void> {
  if (!isWanted(name)) return;
  // The focus of a field is no part of what it looks like.
  await page.evaluate(() =>
    document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined,
  );
  await page.screenshot({ path: join(folder, `${name}-${variant}.png`), fullPage: true });
}

for (const locale of chosenLanguages) {
  for (const [variant, look] of chosen) {
    await takeAll(locale === "en" ? variant : `${locale}-${variant}`, locale === "en" ? look : { ...look, locale });
  }
}
await closeChromium();
await stopBusyServer(busy);

async function takeAll(variant: string, options: BrowserContextOptions): Promise<void> {
  for (const { name, open } of [...doorPages, ...deskPages].filter((way) => isWanted(way.name))) {
    const page = await newPage(options);
    await open(page, busy).catch((error: unknown) => console.error(`${name}: ${String(error)}`));
    await take(page, name, variant);
    await page.context().close();
  }
  for (const { name: desk, start, who } of desks) {
    if (wanted.length > 0 && !wanted.some((word) => word.startsWith(desk))) continue;
    const page = await newPage(options);
    const [server, person] = who(busy);
    await signInAs(server, person, page);
    const prefix = desk.startsWith("empty") ? "empty-" : "";
    for await (const { name } of follow(page, server, start)) await take(page, prefix + name, variant);
    await page.context().close();
  }
  console.log(`${variant}: done`);
}
