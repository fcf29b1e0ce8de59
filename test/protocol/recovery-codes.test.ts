import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { replaceRecoveryCodes } from "../../src/identity/recovery-codes.ts";
import { days } from "../../src/time.ts";
import { openAuthorization } from "../support/authorization.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient } from "../support/clients.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { createPersonWithTotp, sendCode } from "../support/totp.ts";

let server: TestServer;
let count = 0;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.advance(days(2));
});

async function newPerson() {
  const person = await createPersonWithTotp(server, { username: `person${++count}` });
  return { ...person, codes: await replaceRecoveryCodes(server.context, { userId: person.user.id }) };
}
type Person = Awaited<ReturnType<typeof newPerson>>;

async function send(person: Person, code: string, browser = new TestBrowser(server)): Promise<Answer> {
  const page = await browser.follow(await browser.signIn(await browser.get(paths.signIn), person));
  return sendCode(browser, page, code);
}

/** A recovery code is answered by the page that tells how many are left. */
const isLetIn = ({ body }: Answer) => body.includes("You used a recovery code");

describe("recovery codes", () => {
  test("S-11-recovery-codes: there are ten, each another, each of fifty bits", async () => {
    const { codes } = await newPerson();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes)
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}$/);
  });

  test("S-11-recovery-codes, US-17: each lets its person in once", async () => {
    const person = await newPerson();
    const [first = "", second = ""] = person.codes;
    expect([isLetIn(await send(person, first)), isLetIn(await send(person, first))]).toEqual([true, false]);
    expect(isLetIn(await send(person, second))).toBe(true);
    const other = await newPerson();
    expect(isLetIn(await send(other, person.codes[2] ?? ""))).toBe(false);
  });

  test("S-11-recovery-codes, US-17: of four who send one code at once, one is let in", async () => {
    const person = await newPerson();
    const answers = await Promise.all([...Array(4)].map(() => send(person, person.codes[0] ?? "")));
    expect(answers.filter(isLetIn)).toHaveLength(1);
  });

  test("S-11-recovery-codes: case, spaces and letters that look like digits make no difference", async () => {
    const person = await newPerson();
    const [first = "", second = ""] = person.codes;
    expect(isLetIn(await send(person, first.toLowerCase().replaceAll("-", " ")))).toBe(true);
    expect(isLetIn(await send(person, second.replaceAll("1", "l").replaceAll("0", "O").replaceAll("-", "")))).toBe(
      true,
    );
  });

  test("S-11-recovery-codes: new ones void those before", async () => {
    const person = await newPerson();
    const [again = ""] = await replaceRecoveryCodes(server.context, { userId: person.user.id });
    expect(isLetIn(await send(person, person.codes[0] ?? ""))).toBe(false);
    expect(isLetIn(await send(person, again))).toBe(true);
  });

  test("S-11-recovery-codes: its use is told to the person, with what is left, and recorded; the way on stands below", async () => {
    const person = await newPerson();
    const app = await createClient(server);
    for (const [index, told] of ["9 are left", "8 are left"].entries()) {
      const browser = new TestBrowser(server);
      const page = await browser.follow(await browser.signIn(await openAuthorization(browser, app), person));
      const answer = await sendCode(browser, page, person.codes[index] ?? "");
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
      expect(answer.body).toContain(told);
      const [, onward = ""] = /id="continue" href="([^"]+)"/.exec(answer.body) ?? [];
      expect((await browser.open(onward)).forms[0]?.id).toBe("consent");
    }
    const events = (await server.context.store.events.list(20)).filter(({ userId }) => userId === person.user.id);
    expect(events.map(({ name }) => name).filter((name) => name.startsWith("recovery"))).toEqual([
      "recovery-code.used",
      "recovery-code.used",
      "recovery-codes.created",
    ]);
    for (const code of person.codes.slice(2, 9)) await send(person, code);
    expect((await send(person, person.codes[9] ?? "")).body).toContain("That was your last one.");
  });

  test("S-11-recovery-codes, IDT-acr-amr: one stands for the app: the session has two factors", async () => {
    const person = await newPerson();
    await send(person, person.codes[0] ?? "");
    const [session] = await server.context.store.sessions.list(person.user.id);
    expect(session?.amr).toEqual(["pwd", "otp", "mfa"]);
  });

  test("S-11-recovery-codes, US-17: wrong ones count like wrong passwords", async () => {
    const person = await newPerson();
    const browser = new TestBrowser(server);
    const page = await browser.follow(await browser.signIn(await browser.get(paths.signIn), person));
    for (let n = 0; n < 5; n++) expect((await sendCode(browser, page, `7KQ2-M9XB-4${n}`)).status).toBe(200);
    expect((await sendCode(browser, page, person.codes[0] ?? "")).status).toBe(429);
  });
});
