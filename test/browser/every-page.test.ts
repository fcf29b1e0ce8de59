import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { uiLocales } from "../../src/languages/languages.ts";
import { accountPaths } from "../../src/pages/account/account-navigation.ts";
import { adminPaths } from "../../src/pages/admin/admin-navigation.ts";
import { closeChromium, newPage } from "../support/chromium.ts";
import { type BusyServer, signInAs, startBusyServer, stopBusyServer } from "./busy-server.ts";
import { deskPages } from "./desk-pages.ts";
import { doorPages } from "./door-pages.ts";
import { desks, follow } from "./every-page.ts";
import { complaintsOf, faultsOf, quickFaultsOf } from "./page-faults.ts";

// A whole desk is walked through in one test.
setDefaultTimeout(300_000);

/** Colours that are on their way from one to another are no finding. */
const still = { reducedMotion: "reduce" } as const;

let busy: BusyServer;

beforeAll(async () => {
  busy = await startBusyServer();
});
afterAll(async () => {
  await closeChromium();
  await stopBusyServer(busy);
});

describe("every page: axe finds nothing in light and in dark, Tab leads everywhere, 320 pixels are enough, nothing is refused", () => {
  for (const { name, open } of [...doorPages, ...deskPages]) {
    test(name, async () => {
      const page = await newPage(still);
      const complaints = complaintsOf(page);
      await open(page, busy);
      expect([...(await faultsOf(page)), ...complaints]).toEqual([]);
      await page.context().close();
    });
  }

  const walks = desks.flatMap((desk) => [
    { ...desk, locale: "en-GB" },
    // German has the longest words.
    ...(desk.name === "admin" ? [{ ...desk, name: "admin, in German", locale: "de-DE" }] : []),
  ]);
  for (const { name: desk, start, who, locale } of walks) {
    test(`${desk}: all that links lead to is wide enough, headed, and complains of nothing`, async () => {
      const page = await newPage({ ...still, locale });
      const complaints = complaintsOf(page);
      const [server, person] = who(busy);
      await signInAs(server, person, page);
      const faults: string[] = [];
      for await (const { name } of follow(page, server, start)) {
        const found = [...(await quickFaultsOf(page)), ...complaints.splice(0)];
        faults.push(...found.map((fault) => `${name}: ${fault}`));
      }
      expect(faults).toEqual([]);
    });
  }
});

describe("in every language what is widest finds room on a tablet and a phone", () => {
  for (const locale of uiLocales) {
    test(locale, async () => {
      const page = await newPage({ ...still, locale });
      await signInAs(busy.server, busy.olga, page);
      const faults: string[] = [];
      for (const path of [
        paths.admin,
        adminPaths.grants,
        adminPaths.auditLog,
        adminPaths.keys,
        adminPaths.scopes,
        paths.account,
      ]) {
        await page.goto(busy.server.issuer + path);
        faults.push(...(await quickFaultsOf(page)).map((fault) => `${path}: ${fault}`));
      }
      expect(faults).toEqual([]);
      await page.context().close();
    });
  }
});

test("the buttons of every connection stand side by side", async () => {
  const page = await newPage({ ...still, viewport: { width: 1280, height: 800 } });
  await signInAs(busy.server, busy.alice, page);
  await page.goto(busy.server.issuer + accountPaths.apps);
  const heights = await page.$$eval("tbody tr", (rows) =>
    rows.map(
      (row) => new Set([...row.querySelectorAll(".button")].map((button) => button.getBoundingClientRect().top)).size,
    ),
  );
  expect(heights).toEqual([1, 1, 1]);
  await page.context().close();
});

test("on paper a page is dark on white, also from a dark screen", async () => {
  const page = await newPage({ ...still, colorScheme: "dark" });
  await signInAs(busy.server, busy.alice, page);
  await page.goto(busy.server.issuer + paths.account);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const colours = await page.$$eval(".brand-name, h1, h2, td", (elements) =>
    elements.map((element) => getComputedStyle(element).color),
  );
  const lightest = Math.max(...colours.flatMap((colour) => colour.match(/\d+/g)?.map(Number) ?? []));
  expect(lightest).toBeLessThan(100);
  await page.context().close();
});
