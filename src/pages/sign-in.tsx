import { Elysia } from "elysia";
import { asUserId } from "../brand.ts";
import type { Context } from "../context.ts";
import { checkForm, csrfToken, sessionOf } from "../http/browser.ts";
import { queryText, readForm } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import type { HostUnavailable } from "../identity/host-users.ts";
import { passkeyRequestOptions } from "../identity/passkeys.ts";
import { signIn } from "../identity/password-sign-in.ts";
import type { Busy, FailedSignIn } from "../identity/sign-in.ts";
import { readAfterSignIn } from "../interaction/after-sign-in.ts";
import type { Texts } from "../languages/door/en.ts";
import { readParameters } from "../rules/parameters.ts";
import { atPage, goTo, pageResponse, textsOf, type Visit } from "./page-visit.ts";
import type { Problem } from "./problem-summary.tsx";
import { failureOf, leadOn, signingBrowserOf } from "./session-start.ts";
import { asQuery, type Goal, goalOf, goOn, waitingClientName } from "./sign-in-goal.ts";
import { SignInPage } from "./sign-in-view.tsx";

type Field = "username" | "password";

const queryNames: ReadonlySet<"handle" | "next" | "again" | "expired"> = new Set([
  "handle",
  "next",
  "again",
  "expired",
]);
const formNames: ReadonlySet<"csrf" | "handle" | Field> = new Set(["csrf", "handle", "username", "password"]);

/** What the forms are for, in their tokens. */
const formPurpose = "sign-in";
export const passkeyPurpose = "passkey sign-in";

/** Where a person signs in. */
export const signInPage = (context: Context) =>
  new Elysia({ name: "sign-in-page" })
    .get(paths.signIn, ({ request, server }) => atPage(context, request, server, show), { detail: { hide: true } })
    .post(paths.signIn, ({ request, server }) => atPage(context, request, server, submit), {
      parse: "none",
      detail: { hide: true },
    });

async function show(visit: Visit): Promise<Response> {
  const { context, request, browser } = visit;
  const query = readParameters(queryText(request), queryNames);
  // What is not ours in `next` is as good as nothing.
  const next = query.get("next");
  const isOurs = next !== undefined && (await readAfterSignIn(context, next)) !== undefined;
  const goal = await goalOf(visit, query.get("handle") ?? (isOurs ? next : undefined));
  if (!query.has("again") && !query.has("expired")) {
    const { signedIn, halfSignedIn } = browser;
    const isAsked = goal.waiting?.step.kind === "sign-in";
    // Half of it is shown already.
    if (halfSignedIn !== undefined && !isAsked)
      return goTo(visit, halfSignedIn.lacks === "enrolment" ? paths.enrolment : paths.secondFactor, asQuery(goal));
    // Somebody who has signed in and comes back to this page (the back button, a second tab) goes on.
    if (signedIn !== undefined && !isAsked && goal.next === undefined) return goOn(visit, goal);
  }
  const username = await expectedName(context, goal, sessionOf(browser)?.user.username);
  if (!query.has("expired")) return signInForm(visit, goal, { username });
  const texts = await textsOf(visit, goal.uiLocales);
  return signInForm(visit, goal, { username, problems: [{ message: texts.signIn.expired, fields: [] }] });
}

async function submit(visit: Visit): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose, sent.get("csrf"));
  const goal = await goalOf(visit, sent.get("handle"));
  const username = sent.get("username");
  const password = sent.get("password");
  const texts = await textsOf(visit, goal.uiLocales);
  if (username === undefined || password === undefined)
    return signInForm(visit, goal, { username, problems: missing(texts, username, password) });
  const outcome = await signIn(context, { username, password }, signingBrowserOf(browser));
  switch (outcome.kind) {
    case "signed-in":
    case "second-factor":
      return leadOn(visit, outcome, goal);
    case "refused":
    case "wait":
    case "busy":
    case "unavailable": {
      const problem = problemOf(outcome, texts);
      const failure = failureOf(visit, outcome, paths.signIn, goal);
      return signInForm(visit, goal, { username, problems: [problem], failure });
    }
  }
}

function problemOf(
  failed: FailedSignIn | HostUnavailable | Busy,
  { common, errors, signIn: words }: Texts,
): Problem<Field> {
  switch (failed.kind) {
    case "refused":
      return { message: words.wrongCredentials, fields: ["username", "password"] };
    case "wait":
      return { message: common.tooManyAttempts(failed.seconds), fields: [] };
    case "busy":
      return { message: errors.busy.explanation, fields: [] };
    case "unavailable":
      return { message: words.hostUnavailable, fields: [] };
  }
}

const missing = (
  { signIn: words }: Texts,
  username: string | undefined,
  password: string | undefined,
): readonly Problem<Field>[] => [
  ...(username === undefined ? [{ message: words.usernameMissing, fields: ["username"] } as const] : []),
  ...(password === undefined ? [{ message: words.passwordMissing, fields: ["password"] } as const] : []),
];

/** Who is expected: the user of the hint, whom the client names, or who is to show again that it is them. */
async function expectedName(
  { store }: Pick<Context, "store">,
  goal: Goal,
  signedIn: string | undefined,
): Promise<string | undefined> {
  const { hintedSubject, loginHint } = goal.waiting?.pending.request ?? {};
  if (hintedSubject !== undefined) return (await store.users.find(asUserId(hintedSubject)))?.username;
  return loginHint ?? (isAgain(goal) ? signedIn : undefined);
}

/**
 * A page of ours sends here whoever is signed in only to see that it is still them. A client that wants an account to be
 * chosen (OIDC Core §3.1.2.1 `select_account`) does not.
 */
function isAgain({ waiting, next }: Goal): boolean {
  if (waiting === undefined) return next?.to === "page";
  const { step, pending } = waiting;
  return step.kind === "sign-in" && step.isAgain && !pending.request.prompts.includes("select_account");
}

interface FormState {
  readonly username?: string | undefined;
  readonly problems?: readonly Problem<Field>[];
  readonly failure?: ReturnType<typeof failureOf>;
}

/** The form for name and password, and the button for a passkey. */
export async function signInForm(
  visit: Visit,
  goal: Goal,
  { username, problems, failure }: FormState,
): Promise<Response> {
  const { context, browser, basePath } = visit;
  const { handle, uiLocales } = goal;
  const texts = await textsOf(visit, uiLocales);
  const options = await passkeyRequestOptions(context, { browserId: browser.id });
  const body = (
    <SignInPage
      texts={texts}
      basePath={basePath}
      csrf={csrfToken(context, browser, formPurpose)}
      handle={handle}
      clientName={waitingClientName(goal, texts)}
      username={username}
      isAgain={sessionOf(browser) !== undefined && isAgain(goal)}
      passkey={options === undefined ? undefined : { options, csrf: csrfToken(context, browser, passkeyPurpose) }}
      problems={problems}
    />
  );
  // The way on from here may end at a client.
  return pageResponse(visit, { texts, title: texts.signIn.title, body, formTarget: "client", ...failure });
}
