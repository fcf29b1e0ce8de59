import { Secret, TOTP } from "otpauth";
import { beginTotp, confirmTotp, enableTotp } from "../../src/identity/totp.ts";
import { seconds } from "../../src/time.ts";
import type { Answer, TestBrowser } from "./browser.ts";
import { createPerson, type TestPerson } from "./people.ts";
import type { TestServer } from "./server.ts";

/** An authenticator app on the server's clock. */
export interface TestApp {
  /** The code of now, or of so many steps away. */
  code(steps?: number): string;
  /** The next code that has not been used: the clock goes on by a step. */
  nextCode(): string;
}

/** @param key base 32, perhaps in groups */
export function appWith({ context, advance }: TestServer, key: string): TestApp {
  const totp = new TOTP({
    secret: Secret.fromBase32(key.replaceAll(" ", "")),
    algorithm: "SHA1",
    digits: 6,
    period: 30,
  });
  const code = (steps = 0) => totp.generate({ timestamp: context.clock.now() + steps * 30_000 });
  return {
    code,
    nextCode: () => {
      advance(seconds(30));
      return code();
    },
  };
}

/** Gives a person an authenticator app, without the pages. */
export async function enrolTotp(server: TestServer, { user }: Pick<TestPerson, "user">): Promise<TestApp> {
  const { context } = server;
  const enrolling = { user, browserId: "none" };
  const { sealed, key } = await beginTotp(context, enrolling);
  const app = appWith(server, key);
  const confirmed = await confirmTotp(context, enrolling, { sealed, code: app.code() });
  if (confirmed.outcome !== "confirmed") throw new Error("the code was not confirmed");
  await enableTotp(context, { userId: user.id, totp: confirmed.totp });
  return app;
}

type PersonOptions = Parameters<typeof createPerson>[1];

/** Somebody with a password and an authenticator app. */
export async function createPersonWithTotp(
  server: TestServer,
  options?: PersonOptions,
): Promise<TestPerson & { readonly app: TestApp }> {
  const person = await createPerson(server, options);
  return { ...person, app: await enrolTotp(server, person) };
}

/** Sends a code on the page of the second factor. */
export const sendCode = (browser: TestBrowser, page: Answer, code: string): Promise<Answer> =>
  browser.submit(page, "second-factor", { fields: { code } });

/** Signs in with password and code; the answer to the code. */
export async function signInWithTotp(
  browser: TestBrowser,
  page: Answer,
  person: TestPerson & { readonly app: TestApp },
): Promise<Answer> {
  const second = await browser.follow(await browser.signIn(page, person));
  return sendCode(browser, second, person.app.nextCode());
}
