import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
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
