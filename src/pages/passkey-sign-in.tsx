import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { checkForm } from "../http/browser.ts";
import { readForm } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import { signInWithPasskey } from "../identity/second-factor.ts";
import { atPage, goTo, textsOf, type Visit } from "./page-visit.ts";
import { failureOf, leadOn, signingBrowserOf } from "./session-start.ts";
import { passkeyPurpose, signInForm } from "./sign-in.tsx";
import { goalOf } from "./sign-in-goal.ts";

const formNames: ReadonlySet<"csrf" | "handle" | "passkey"> = new Set(["csrf", "handle", "passkey"]);

/** Takes what a passkey has signed on the sign-in page, where nobody has said a name. */
export const passkeySignInPage = (context: Context) =>
  new Elysia({ name: "passkey-sign-in-page" })
    // A page that was reloaded.
    .get(paths.passkeySignIn, () => goTo({ context }, paths.signIn), { detail: { hide: true } })
    .post(paths.passkeySignIn, ({ request, server }) => atPage(context, request, server, submit), {
      parse: "none",
      detail: { hide: true },
    });

async function submit(visit: Visit): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, passkeyPurpose, sent.get("csrf"));
  const goal = await goalOf(visit, sent.get("handle"));
  const answer = { response: sent.get("passkey") ?? "", browserId: browser.id };
  const outcome = await signInWithPasskey(context, answer, signingBrowserOf(browser));
  if (outcome.kind === "signed-in") return leadOn(visit, outcome, goal);
  const { passkeys, signIn } = await textsOf(visit, goal.uiLocales);
  const refused = outcome.kind === "refused" && outcome.isUnverified === true ? passkeys.unverified : passkeys.refused;
  const message = outcome.kind === "unavailable" ? signIn.hostUnavailable : refused;
  const failure = failureOf(visit, outcome, paths.passkeySignIn, goal);
  return signInForm(visit, goal, { problems: [{ message, fields: [] }], failure });
}
