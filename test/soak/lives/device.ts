import { TestBrowser } from "../../support/browser.ts";
import { decide, poll, startDevice } from "../../support/devices.ts";
import { bodyOf, isActive, refresh, refusalOf, revocation } from "../../support/requests.ts";
import { Broken, type Credentials, chance, type Life, someOf, type Town } from "../life.ts";
import { signInto } from "./sign-in.ts";

interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

/**
 * A device that is let in, refreshes its tokens for a while, gives them back, and begins again. An answer to a refresh
 * that was lost is asked for once more; nothing that was given back may live again.
 */
export function deviceLife(town: Town, number: number): Life {
  const { tv, checker } = town;
  let person: Credentials | undefined;
  let browser: TestBrowser | undefined;
  let held: Tokens | undefined;
  /** When new tokens were first asked for whose answer has not come, in milliseconds. */
  let askedAt: number | undefined;
  /** Its end was asked for, perhaps without an answer. */
  let ending = false;
  const dead: Tokens[] = [];

  async function letIn(): Promise<void> {
    person ??= await town.person();
    if (browser === undefined) {
      const fresh = new TestBrowser(town, { "user-agent": `TV/${number}` });
      await signInto(fresh, person);
      browser = fresh;
    }
    const device = await startDevice(town, tv, { scope: "openid offline_access" });
    const decided = await decide(browser, device.userCode, "approve");
    if (decided.status >= 400) throw new Broken(`the device page answered ${decided.status}`);
    held = tokensIn(await bodyOf(poll(town, device)));
    ending = false;
  }

  /** What a refresh was answered may be asked for again for half a minute; a test on a busy machine can be slower. */
  async function renew({ refresh: token }: Tokens): Promise<void> {
    const since = askedAt ?? performance.now();
    askedAt = since;
    const body = await bodyOf(refresh(town, tv, token));
    const isLate = performance.now() - since > grace;
    askedAt = undefined;
    held = undefined;
    if (!isLate || body.error === undefined) held = tokensIn(body);
  }

  return {
    name: `device ${number}`,
    act: async () => {
      if (held === undefined) return letIn();
      if (!ending && chance(8) > 0) {
        return renew(held);
      }
      ending = true;
      const { status } = await revocation(town, tv, held.refresh);
      if (status !== 200) throw new Broken(`a revocation answered ${status}`);
      dead.push(held);
      held = undefined;
    },
    check: async () => {
      const complaints: string[] = [];
      if (held !== undefined && !ending && (await isActive(town, checker, held.access)) !== true)
        complaints.push("an access token that was handed out is not active");
      for (const tokens of someOf(dead)) {
        if ((await isActive(town, checker, tokens.access)) !== false) complaints.push("a revoked grant lives again");
        const answer = await refusalOf(refresh(town, tv, tokens.refresh));
        if (answer !== "400 invalid_grant") complaints.push(`a revoked refresh token is answered ${answer}`);
      }
      return complaints;
    },
  };
}

/** The least of what the server grants, in milliseconds. */
const grace = 30_000;

function tokensIn(body: Readonly<Record<string, unknown>>): Tokens {
  const { access_token: access, refresh_token: refreshToken } = body;
  if (typeof access !== "string" || typeof refreshToken !== "string")
    throw new Broken(`no tokens: ${String(body.error)} ${String(body.error_description)}`);
  return { access, refresh: refreshToken };
}
