import { approve, authorize, redeem } from "../../support/authorization.ts";
import { answerParameters, TestBrowser } from "../../support/browser.ts";
import { bodyOf, isActive, refusalOf, revocation } from "../../support/requests.ts";
import { Broken, type Credentials, chance, type Life, someOf, type Town } from "../life.ts";

/**
 * Somebody who signs in to a web app again and again. A code whose redemption was not answered is redeemed once more:
 * then there are tokens, or there are none and never were any. Tokens that were given back stay dead.
 */
export function webAppLife(town: Town): Life {
  const { wiki, checker } = town;
  let person: Credentials | undefined;
  let browser: TestBrowser | undefined;
  let code: string | undefined;
  let isAsked = false;
  const live: string[] = [];
  const dead: string[] = [];

  return {
    name: "web app",
    act: async () => {
      if (live.length > 20 || (live.length > 0 && chance(4) === 0)) {
        // Out of the list first: if the answer is lost, nobody knows.
        const token = live.shift() ?? "";
        const { status } = await revocation(town, wiki, token);
        if (status !== 200) throw new Broken(`a revocation answered ${status}`);
        dead.push(token);
        return;
      }
      person ??= await town.person();
      browser ??= new TestBrowser(town);
      if (code === undefined) {
        const answer = await approve(browser, await authorize(browser, wiki), person);
        code = answerParameters(answer).code;
        if (code === undefined) throw new Broken(`no code: ${answer.status} ${answer.url}`);
        isAsked = false;
      }
      const wasAsked = isAsked;
      isAsked = true;
      const { access_token, error } = await bodyOf(redeem(town, wiki, code));
      code = undefined;
      if (typeof access_token === "string") live.push(access_token);
      else if (!wasAsked) throw new Broken(`a fresh code was answered ${String(error)}`);
    },
    check: async () => {
      const complaints: string[] = [];
      for (const token of someOf(live))
        if ((await isActive(town, checker, token)) !== true) complaints.push("an access token is not active");
      for (const token of someOf(dead))
        if ((await isActive(town, checker, token)) !== false) complaints.push("a revoked token lives again");
      if (code !== undefined && isAsked) {
        const answer = await refusalOf(redeem(town, wiki, code, { code_verifier: "x".repeat(43) }));
        code = undefined;
        if (answer !== "400 invalid_grant") complaints.push(`a code with a wrong verifier is answered ${answer}`);
      }
      return complaints;
    },
  };
}
