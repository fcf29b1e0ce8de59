import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { beginTotp, confirmTotp } from "../../src/identity/totp.ts";
import { days, minutes, seconds } from "../../src/time.ts";
import { TestBrowser } from "../support/browser.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { appWith, createPersonWithTotp, sendCode } from "../support/totp.ts";

let server: TestServer;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_BRAND_NAME: "Home: box" });
});
afterAll(() => server.stop());
beforeEach(() => {
  server.advance(days(2));
});

const newPerson = async () => {
  const person = await createPersonWithTotp(server, { username: `person${++count}` });
  // The code of the enrolment is spent.
  server.advance(minutes(5));
  return person;
};

/** Whether password and this code let somebody in. */
async function isLetIn(person: Awaited<ReturnType<typeof newPerson>>, code: string): Promise<boolean> {
  const browser = new TestBrowser(server);
  const page = await browser.follow(await browser.signIn(await browser.get(paths.signIn), person));
  return (await sendCode(browser, page, code)).status === 303;
}

describe("codes of an authenticator app", () => {
  test("S-10-totp: a step early and a step late are right, two are not", async () => {
    for (const [steps, expected] of [
      [0, true],
      [-1, true],
      [1, true],
      [-2, false],
      [2, false],
    ] as const) {
      const person = await newPerson();
      expect([steps, await isLetIn(person, person.app.code(steps))]).toEqual([steps, expected]);
    }
  });

  test("S-10-totp, US-17: no step is used twice, nor one before it, in whichever browser", async () => {
    const person = await newPerson();
    const code = person.app.code();
    expect([await isLetIn(person, code), await isLetIn(person, code)]).toEqual([true, false]);
    expect(await isLetIn(person, person.app.code(-1))).toBe(false);
    expect(await isLetIn(person, person.app.code(1))).toBe(true);
    server.advance(seconds(30));
    expect(await isLetIn(person, person.app.code())).toBe(false);
    expect(await isLetIn(person, person.app.nextCode())).toBe(true);
  });

  test("S-10-totp, US-17: of ten who send one code at once, one is let in", async () => {
    const person = await newPerson();
    const pages = await Promise.all(
      [...Array(4)].map(async () => {
        const browser = new TestBrowser(server);
        return {
          browser,
          page: await browser.follow(await browser.signIn(await browser.get(paths.signIn), person)),
        };
      }),
    );
    const code = person.app.code();
    const answers = await Promise.all(pages.map(({ browser, page }) => sendCode(browser, page, code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 303]);
  });

  test("S-10-totp: spaces, dashes and full-width digits make no difference", async () => {
    for (const write of [
      (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`,
      (code: string) => ` ${code.slice(0, 3)}-${code.slice(3)} `,
      (code: string) => code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    ]) {
      const person = await newPerson();
      expect(await isLetIn(person, write(person.app.code()))).toBe(true);
    }
  });

  test("S-10-totp: a clock that is set back lets no spent code in, and nobody out for good", async () => {
    const person = await newPerson();
    const spent = person.app.code();
    expect(await isLetIn(person, spent)).toBe(true);
    server.advance(minutes(-2));
    expect([await isLetIn(person, spent), await isLetIn(person, person.app.code())]).toEqual([false, false]);
    server.advance(minutes(2));
    expect(await isLetIn(person, person.app.nextCode())).toBe(true);
    // What a year too late was right is no reason to wait for a year.
    server.advance(days(-365));
    const code = person.app.code();
    expect([await isLetIn(person, code), await isLetIn(person, code)]).toEqual([true, false]);
    server.advance(days(365));
  });
});

describe("the seed", () => {
  test("S-10-totp: it is given as a QR address with the names of server and person, and as a key to type", async () => {
    const { user } = await newPerson();
    const { uri, key } = await beginTotp(server.context, { user, browserId: "b" });
    const { protocol, pathname, searchParams } = new URL(uri);
    expect([protocol, decodeURIComponent(pathname)]).toEqual(["otpauth:", `/Home box:${user.username}`]);
    expect(Object.fromEntries(searchParams)).toMatchObject({ issuer: "Home box", digits: "6", period: "30" });
    expect(key).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
    expect(searchParams.get("secret")).toBe(key.replaceAll(" ", ""));
  });

  test("S-10-totp: it is the person's own and this browser's, for half an hour, and stays what it is while a code is mistyped", async () => {
    const [alice, bob] = [await newPerson(), await newPerson()];
    const enrolling = { user: alice.user, browserId: "b" };
    const { sealed, key } = await beginTotp(server.context, enrolling);
    const code = appWith(server, key).code();
    const outcomeFor = async (who: typeof enrolling) =>
      (await confirmTotp(server.context, who, { sealed, code: appWith(server, key).code() })).outcome;
    expect(await outcomeFor({ user: bob.user, browserId: "b" })).toBe("expired");
    expect(await outcomeFor({ user: alice.user, browserId: "c" })).toBe("expired");
    expect((await confirmTotp(server.context, enrolling, { sealed, code: "000000" })).outcome).toBe("wrong-code");
    expect((await beginTotp(server.context, enrolling, sealed)).key).toBe(key);
    expect((await confirmTotp(server.context, enrolling, { sealed, code })).outcome).toBe("confirmed");
    server.advance(minutes(30));
    expect(await outcomeFor(enrolling)).toBe("expired");
    expect((await beginTotp(server.context, enrolling, sealed)).key).not.toBe(key);
  });

  test("S-10-totp: nothing of it stands in the database in the clear", async () => {
    const { user } = await newPerson();
    const { totp } = await server.context.store.factors.of(user.id);
    expect(server.context.keys.openFromStore(`totp ${user.id}`, totp?.sealedSeed ?? "")).toHaveLength(20);
    expect(server.context.keys.openFromStore("totp another", totp?.sealedSeed ?? "")).toBeUndefined();
  });
});
