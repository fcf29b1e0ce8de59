import { paths } from "../../../src/http/paths.ts";
import { TestBrowser } from "../../support/browser.ts";
import { Broken, type Credentials, type Life, someOf, type Town } from "../life.ts";

/** Signs in with the password, on the way to the account. */
export async function signInto(browser: TestBrowser, person: Credentials): Promise<void> {
  const page = await browser.open(paths.account);
  const account = await browser.follow(await browser.signIn(page, person));
  if (!account.url.endsWith(paths.account) || account.status !== 200)
    throw new Broken(`after the sign-in came ${account.status} ${account.url}`);
}

/** Somebody who signs in and out in one browser after another. A session that was ended stays so. */
export function signInLife(town: Town): Life {
  let person: Credentials | undefined;
  const live: TestBrowser[] = [];
  const ended: TestBrowser[] = [];

  const isSignedIn = async (browser: TestBrowser): Promise<boolean> => {
    const { status, location } = await browser.get(paths.account);
    if (status === 200) return true;
    if (location?.includes(paths.signIn)) return false;
    throw new Broken(`the account page answered ${status}`);
  };

  return {
    name: "sign-in",
    act: async () => {
      person ??= await town.person();
      if (live.length < 2) {
        const browser = new TestBrowser(town);
        await signInto(browser, person);
        live.push(browser);
        return;
      }
      // Out of the list first: if the answer is lost, nobody knows.
      const browser = live.shift();
      if (browser === undefined) return;
      const before = new Map(browser.cookies);
      const page = await browser.open(paths.endSession);
      const done = await browser.submit(page, "sign-out", { button: "confirm" });
      if (done.status >= 400) throw new Broken(`the sign-out answered ${done.status}`);
      const left = new TestBrowser(town);
      for (const [name, value] of before) left.cookies.set(name, value);
      ended.push(left);
    },
    check: async () => {
      const complaints: string[] = [];
      for (const browser of live) if (!(await isSignedIn(browser))) complaints.push("a session is lost");
      for (const browser of someOf(ended))
        if (await isSignedIn(browser)) complaints.push("an ended session lives again");
      return complaints;
    },
  };
}
