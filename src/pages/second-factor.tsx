import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { checkForm, csrfToken, withCookies } from "../http/browser.ts";
import { queryText, readForm } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import { usablePasskeys } from "../identity/factors.ts";
import { passkeyRequestOptions } from "../identity/passkeys.ts";
import { openPasswordShown } from "../identity/password-shown.ts";
import { type HalfSignedIn, showCode, showPasskey } from "../identity/second-factor.ts";
import { readParameters } from "../rules/parameters.ts";
import { atPage, goTo, pageResponse, textsOf, type Visit } from "./page-visit.ts";
import type { Problem } from "./problem-summary.tsx";
import { RecoveredPage, SecondFactorPage } from "./second-factor-view.tsx";
import { failureOf, leadOn, sessionCookies, signingBrowserOf } from "./session-start.ts";
import { asQuery, type Goal, goalOf, goOn, onwardUrl } from "./sign-in-goal.ts";

const queryNames: ReadonlySet<"handle" | "shown"> = new Set(["handle", "shown"]);
const formNames: ReadonlySet<"csrf" | "handle" | "shown" | "code" | "passkey"> = new Set([
  "csrf",
  "handle",
  "shown",
  "code",
  "passkey",
]);

/** What the forms are for, in their tokens. */
const formPurpose = "second factor";

/** Where a person who has shown a password shows a factor beside it. */
export const secondFactorPage = (context: Context) =>
  new Elysia({ name: "second-factor-page" })
    .get(paths.secondFactor, ({ request, server }) => atPage(context, request, server, show), {
      detail: { hide: true },
    })
    .post(paths.secondFactor, ({ request, server }) => atPage(context, request, server, submit), {
      parse: "none",
      detail: { hide: true },
    });

async function show(visit: Visit): Promise<Response> {
  const query = readParameters(queryText(visit.request), queryNames);
  const goal = await goalOf(visit, query.get("handle"));
  const half = await halfSignedIn(visit, goal, query.get("shown"));
  return half === undefined ? startOver(visit, goal) : form(visit, goal, half, {});
}

async function submit(visit: Visit): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose, sent.get("csrf"));
  const goal = await goalOf(visit, sent.get("handle"));
  const half = await halfSignedIn(visit, goal, sent.get("shown"));
  if (half === undefined) return startOver(visit, goal);
  const passkey = sent.get("passkey");
  const code = sent.get("code");
  const { secondFactor: words, common } = await textsOf(visit, goal.uiLocales);
  if (passkey === undefined && code === undefined)
    return form(visit, goal, half, { problem: { message: words.missing, fields: ["code"] } });
  const where = signingBrowserOf(browser);
  const outcome =
    passkey === undefined
      ? await showCode(context, half, code ?? "", where)
      : await showPasskey(context, half, { response: passkey, browserId: browser.id }, where);
  switch (outcome.kind) {
    case "signed-in": {
      const { recoveryCodesLeft: left } = outcome;
      return left === undefined ? leadOn(visit, outcome, goal) : recovered(visit, goal, left, outcome);
    }
    case "refused":
    case "wait": {
      const problem: Problem<"code"> =
        outcome.kind === "wait"
          ? { message: common.tooManyAttempts(outcome.seconds), fields: [] }
          : { message: passkey === undefined ? words.wrong : words.wrongPasskey, fields: ["code"] };
      return form(visit, goal, half, { problem, failure: failureOf(visit, outcome, paths.secondFactor, goal) });
    }
  }
}

/** Who is asked: whoever has just shown a password here, or is signed in by one alone. */
async function halfSignedIn(
  { context, browser }: Visit,
  { handle }: Goal,
  sealed: string | undefined,
): Promise<(HalfSignedIn & { readonly sealed: string | undefined }) | undefined> {
  if (sealed !== undefined) {
    const shown = await openPasswordShown(context, sealed, { browserId: browser.id, handle });
    return shown && { user: shown.user, shown: { amr: ["pwd"], authTime: shown.at }, sealed };
  }
  const { halfSignedIn: half } = browser;
  return half?.lacks === "second-factor" ? { user: half.user, shown: half.session, sealed: undefined } : undefined;
}

/** Nobody is half signed in here (any more). */
const startOver = (visit: Visit, goal: Goal): Response =>
  visit.browser.signedIn === undefined
    ? goTo(visit, paths.signIn, { ...asQuery(goal), expired: "1" })
    : goOn(visit, goal);

async function recovered(
  visit: Visit,
  goal: Goal,
  left: number,
  outcome: Parameters<typeof sessionCookies>[1],
): Promise<Response> {
  const texts = await textsOf(visit, goal.uiLocales);
  const body = <RecoveredPage texts={texts} left={left} onward={onwardUrl(visit, goal)} />;
  const response = await pageResponse(visit, {
    texts,
    title: texts.secondFactor.recoveredTitle,
    body,
    formTarget: "here",
  });
  return withCookies(response, sessionCookies(visit, outcome));
}

interface FormState {
  readonly problem?: Problem<"code">;
  readonly failure?: ReturnType<typeof failureOf>;
}

async function form(
  visit: Visit,
  goal: Goal,
  { user, sealed }: HalfSignedIn & { readonly sealed: string | undefined },
  { problem, failure }: FormState,
): Promise<Response> {
  const { context, browser, basePath } = visit;
  const texts = await textsOf(visit, goal.uiLocales);
  const factors = await context.store.factors.of(user.id);
  const again = new URLSearchParams({ ...asQuery(goal), again: "1" });
  const body = (
    <SecondFactorPage
      texts={texts}
      basePath={basePath}
      csrf={csrfToken(context, browser, formPurpose)}
      handle={goal.handle}
      shown={sealed}
      name={user.displayName ?? user.username}
      hasApp={factors.totp !== undefined}
      passkeyOptions={
        await passkeyRequestOptions(
          context,
          { browserId: browser.id, userId: user.id },
          usablePasskeys(context, factors),
        )
      }
      switchAccountUrl={`${basePath}${paths.signIn}?${again}`}
      problems={problem === undefined ? [] : [problem]}
    />
  );
  // The way on from here may end at a client.
  return pageResponse(visit, { texts, title: texts.secondFactor.title, body, formTarget: "client", ...failure });
}
