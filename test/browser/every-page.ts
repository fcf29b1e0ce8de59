import type { Page } from "playwright-core";
import { paths } from "../../src/http/paths.ts";
import type { TestPerson } from "../support/people.ts";
import type { TestServer } from "../support/server.ts";
import type { BusyServer } from "./busy-server.ts";

/** Where the pages behind the sign-in begin, and somebody who may see them all. */
export interface Desk {
  readonly name: string;
  readonly start: string;
  who(busy: BusyServer): readonly [server: TestServer, person: TestPerson];
}

/** With a month of use behind them, and on a server where nothing has happened yet. */
export const desks: readonly Desk[] = [
  { name: "account", start: paths.account, who: ({ server, alice }) => [server, alice] },
  { name: "admin", start: paths.admin, who: ({ server, olga }) => [server, olga] },
  { name: "empty-account", start: paths.account, who: ({ quiet, eve }) => [quiet, eve] },
  { name: "empty-admin", start: paths.admin, who: ({ quiet, eve }) => [quiet, eve] },
];

/** A page found by following links. */
interface FoundPage {
  /** Its path, with `id` where that of a thing stands. */
  readonly name: string;
  readonly url: string;
}

const nameOf = (url: string): string =>
  new URL(url).pathname
    .slice(1)
    .split("/")
    .map((part) => (/^[\w-]{22,}$|^\d+$/.test(part) ? "id" : part))
    .join("-");

/**
 * Every page below the start that a link leads to, one of each kind. A file is no page. The browser is left at each in its
 * turn.
 */
export async function* follow(
  page: Page,
  { issuer }: Pick<TestServer, "issuer">,
  start: string,
): AsyncGenerator<FoundPage> {
  const first = issuer + start;
  const known = new Map([[nameOf(first), first]]);
  for (const [name, url] of known) {
    await page.goto(url);
    const links = await page.$$eval("a[href]", (anchors) =>
      anchors.map((anchor) => (anchor instanceof HTMLAnchorElement ? anchor.href : "")),
    );
    for (const link of links) {
      const { origin, pathname } = new URL(link);
      if (origin !== issuer || !pathname.startsWith(start) || /\.\w+$/.test(pathname)) continue;
      const linked = nameOf(link);
      if (!known.has(linked)) known.set(linked, link.replace(/#.*$/, ""));
    }
    yield { name, url };
  }
}
