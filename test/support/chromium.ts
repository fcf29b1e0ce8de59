import chromium from "@sparticuz/chromium";
import { type Browser, type BrowserContextOptions, chromium as driver, type Page } from "playwright-core";

let launched: Promise<Browser> | undefined;

/** One real Chromium for all browser tests of a file; `closeChromium` in `afterAll`. */
function browser(): Promise<Browser> {
  // Its own arguments are for a lambda: one process dies with its first page, and web security is what is tested here.
  const unfit = new Set(["--single-process", "--disable-web-security"]);
  const args = [...chromium.args.filter((argument) => !unfit.has(argument)), "--no-sandbox"];
  launched ??= chromium
    .executablePath()
    .then((executablePath) => driver.launch({ executablePath, args, headless: true }));
  return launched;
}

/** A page of a browser that nobody has used: its own cookies, closed with the browser. */
export async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await (await browser()).newContext({ locale: "en-GB", ...options });
  context.setDefaultTimeout(30_000);
  return context.newPage();
}

export async function closeChromium(): Promise<void> {
  const running = launched;
  launched = undefined;
  await (await running)?.close();
}
