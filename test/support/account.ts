import { expect } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { startSession } from "../../src/identity/sessions.ts";
import type { User } from "../../src/model/user.ts";
import { minutes } from "../../src/time.ts";
import { type Answer, TestBrowser } from "./browser.ts";
import type { TestServer } from "./server.ts";

type Headers = Readonly<Record<string, string>>;

/** A browser in which somebody has signed in just now, with a second factor. */
export async function surelySignedIn(
  server: TestServer,
  user: User,
  { headers = {}, userAgent }: { readonly headers?: Headers; readonly userAgent?: string } = {},
): Promise<TestBrowser> {
  const browser = new TestBrowser(server, headers);
  const amr = ["pwd", "otp", "mfa"];
  const cookie = await startSession(server.context, { user, amr, address: "::1", userAgent, replaces: undefined });
  browser.cookies.set("postern", cookie.reveal());
  return browser;
}

/** What a person reads on a page: the main part without its markup. */
export const wordsOf = ({ body }: Pick<Answer, "body">): string =>
  body
    .replace(/^[\s\S]*?<main[^>]*>|<\/main>[\s\S]*$/g, "")
    .replace(/<(?:option|svg|title)[\s\S]*?<\/(?:option|svg|title)>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(?:quot|#39|lt|gt|amp);/g, (entity) => entities.get(entity) ?? entity)
    .replace(/\s+/g, " ")
    .trim();

const entities: ReadonlyMap<string, string> = new Map([
  ["&quot;", '"'],
  ["&#39;", "'"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&amp;", "&"],
]);

/** The words of one row of a list. */
export function rowOf(page: Pick<Answer, "body">, id: string): string {
  const [, after = ""] = page.body.split(`<tr id="${id}"`);
  return wordsOf({ body: `<main${after.split("</tr>")[0]}</main>` });
}

/** A form with a token that is not its own, or from another site, is refused. */
export async function expectForgeryRefused(browser: TestBrowser, page: Answer, form: string): Promise<void> {
  const forged = [
    await browser.submit(page, form, { without: ["csrf"] }),
    await browser.submit(page, form, { fields: { csrf: "x".repeat(43) } }),
    await browser.submit(page, form, { headers: { "sec-fetch-site": "cross-site" } }),
    await browser.submit(page, form, { headers: { origin: "https://evil.example" } }),
  ];
  expect(forged.map(({ status }) => status)).toEqual(forged.map(() => 403));
}

/** Ten minutes after the sign-in the page and its form ask for another one, and the form changes nothing. */
export async function expectFreshSignInAsked(
  server: TestServer,
  browser: TestBrowser,
  path: string,
  send: (page: Answer) => Promise<Answer>,
): Promise<void> {
  const page = await browser.get(path);
  expect(page.status).toBe(200);
  server.advance(minutes(11));
  for (const answer of [await browser.get(path), await send(page)])
    expect(answer.location).toStartWith(`${server.issuer}${paths.signIn}?next=`);
}

/** The answer after the redirect that a form ends in, and the code of what it says was done. */
export async function doneBy(browser: TestBrowser, sent: Promise<Answer>): Promise<readonly [string, Answer]> {
  const answer = await sent;
  if (answer.location === undefined) throw new Error(`nothing was done: ${answer.status} ${wordsOf(answer)}`);
  return [new URL(answer.location).searchParams.get("done") ?? "", await browser.follow(answer)];
}
