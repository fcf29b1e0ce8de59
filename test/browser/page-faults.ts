import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** What a browser complained about since it was opened: refused by a policy, failed to load, thrown by a script. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    // The page of an error is an answer with its status, which Chromium reports as if it had failed.
    const isStatus = /^Failed to load resource: the server responded with a status of 4/.test(message.text());
    if (message.type() === "error" && !isStatus) complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  return complaints;
}

/** All that is wrong with the page that is shown, as sentences; the brand is Postern's. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  return [
    ...(await headingFaults(page)),
    ...(await unreachable(page)),
    ...(await violations(page, "light")),
    ...(await violations(page, "dark")),
    ...(await tooWide(page)),
  ];
}

/** The quick part of it, for a walk through all pages of a desk, most of which are made of the same components. */
export const quickFaultsOf = async (page: Page): Promise<readonly string[]> => [
  ...(await headingFaults(page)),
  ...(await tooWide(page)),
];

async function headingFaults(page: Page): Promise<readonly string[]> {
  const headings = await page.locator("h1:visible").count();
  const title = await page.title();
  return [
    ...(headings === 1 ? [] : [`there are ${headings} headings h1`]),
    ...(/^\S.* · Postern$/.test(title) ? [] : [`the title is "${title}"`]),
  ];
}

async function violations(page: Page, colorScheme: "light" | "dark"): Promise<readonly string[]> {
  await page.emulateMedia({ colorScheme });
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  return found.map(({ id, nodes }) => `axe, ${colorScheme}: ${id}: ${nodes.map(({ html }) => html).join("; ")}`);
}

/**
 * From a tablet to a small phone nothing moves sideways, and on the phone what fingers press is large enough (WCAG 2.2
 * §1.4.10, §2.5.8).
 */
async function tooWide(page: Page): Promise<readonly string[]> {
  const size = page.viewportSize();
  const found: string[] = [];
  for (const width of [768, 320]) {
    await page.setViewportSize({ width, height: 640 });
    found.push(...(await page.evaluate(wideAt, width)));
  }
  found.push(...(await page.$$eval("button, .button, summary, select, nav a, .choice label", small)));
  if (size !== null) await page.setViewportSize(size);
  return found;
}

function wideAt(width: number): string[] {
  if (document.documentElement.scrollWidth <= width) return [];
  const far = [...document.querySelectorAll("main *")].filter(
    (element) => element.getBoundingClientRect().right > width + 0.5,
  );
  return far.slice(0, 2).map((element) => `too wide at ${width}: ${element.outerHTML.slice(0, 120)}`);
}

function small(elements: readonly Element[]): string[] {
  return elements.flatMap((element) => {
    const { width, height } = element.getBoundingClientRect();
    const isSmall = width > 0 && height > 0 && (width < 24 || height < 24);
    return isSmall ? [`too small to press: ${element.outerHTML.slice(0, 120)}`] : [];
  });
}

/** Goes through the page by Tab: everything that can be used must be met, and be seen to have the focus. */
async function unreachable(page: Page): Promise<readonly string[]> {
  const count = await page.evaluate(() => {
    const usable = [
      ...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']"),
    ].filter((element) => {
      if (!(element instanceof HTMLElement) || !element.checkVisibility({ visibilityProperty: true })) return false;
      if (element.matches(":disabled, [type=hidden]")) return false;
      // Of a group of radio buttons one has the focus; arrows lead to the others.
      if (!(element instanceof HTMLInputElement) || element.type !== "radio") return true;
      const group = [...document.querySelectorAll<HTMLInputElement>(`input[type=radio][name="${element.name}"]`)];
      return element === (group.find(({ checked }) => checked) ?? group[0]);
    });
    for (const element of usable) element.setAttribute("data-met", "no");
    document.addEventListener("focusin", ({ target }) => {
      if (!(target instanceof HTMLElement)) return;
      const { outlineStyle, outlineWidth } = getComputedStyle(target);
      const isSeen = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
      target.setAttribute("data-met", isSeen ? "yes" : "unseen");
    });
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    return usable.length;
  });
  // A field of a date or a time holds several stops.
  for (let presses = 0; presses < count * 2 + 10; presses++) {
    await page.keyboard.press("Tab");
    if (presses % 4 === 3 && (await page.locator("[data-met=no]").count()) === 0) break;
  }
  return page.$$eval("[data-met]", (elements) => {
    // Who has come round is at the link that skips, which covers what is under it.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    return elements.flatMap((element) => {
      const met = element.getAttribute("data-met");
      element.removeAttribute("data-met");
      if (met === "yes") return [];
      return [`${met === "no" ? "Tab does not reach" : "the focus is not seen on"} ${element.outerHTML.slice(0, 160)}`];
    });
  });
}
