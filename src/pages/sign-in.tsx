import { Elysia } from "elysia";
import { asUserId } from "../brand.ts";
import type { Context } from "../context.ts";
import { checkForm, csrfToken, withCookies } from "../http/browser.ts";
import { setCookie } from "../http/cookies.ts";
import { queryText, readForm } from "../http/form.ts";
import { redirectResponse } from "../http/page-response.ts";
import { paths } from "../http/paths.ts";
import { signIn } from "../identity/sign-in.ts";
import { type AfterSignIn, readAfterSignIn } from "../interaction/after-sign-in.ts";
import { lookUpAuthorization, type Waiting } from "../interaction/authorization.ts";
import { readParameters } from "../rules/parameters.ts";
import { clientName } from "./client-face.ts";
import { atPage, goTo, pageResponse, textsOf, type Visit } from "./page-visit.ts";
import type { Problem } from "./problem-summary.tsx";
import { SignInPage } from "./sign-in-view.tsx";

const queryNames: ReadonlySet<"handle" | "next" | "again"> = new Set(["handle", "next", "again"]);
const formNames: ReadonlySet<"csrf" | "handle" | "username" | "password"> = new Set([
  "csrf",
  "handle",
  "username",
  "password",
]);

/** What the form is for, in its token. */
const formPurpose = "sign-in";

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
  // Somebody who has signed in and comes back to this page (the back button, a second tab) goes on.
  const wantsForm = goal.waiting === undefined ? goal.next !== undefined : goal.waiting.step.kind === "sign-in";
  if (browser.signedIn !== undefined && !wantsForm && !query.has("again")) return goOn(visit, goal);
  return form(visit, goal, { username: await expectedName(context, goal, browser.signedIn?.user.username) });
}

async function submit(visit: Visit): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose, sent.get("csrf"));
  const goal = await goalOf(visit, sent.get("handle"));
  const username = sent.get("username");
  const password = sent.get("password");
  const texts = await textsOf(visit, goal.uiLocales);
  if (username === undefined || password === undefined) {
    const problems: Problem<"username" | "password">[] = [
      ...(username === undefined ? [{ message: texts.signIn.usernameMissing, fields: ["username"] } as const] : []),
      ...(password === undefined ? [{ message: texts.signIn.passwordMissing, fields: ["password"] } as const] : []),
    ];
    return form(visit, goal, { username, problems });
  }
  const { address, isLocal } = browser.origin;
  const replaces = browser.signedIn?.session.id;
  const outcome = await signIn(context, {
    username,
    password,
    address,
    isLocal,
    userAgent: browser.userAgent,
    replaces,
  });
  switch (outcome.kind) {
    case "signed-in":
      return withCookies(goOn(visit, goal), [setCookie(context.config, "session", outcome.cookie.reveal())]);
    case "refused":
      return form(visit, goal, {
        username,
        problems: [{ message: texts.signIn.wrongCredentials, fields: ["username", "password"] }],
      });
    case "wait": {
      const problems = [{ message: texts.common.tooManyAttempts(outcome.seconds), fields: [] }] as const;
      return form(visit, goal, { username, problems, retryAfter: outcome.seconds });
    }
  }
}

/** What the person signs in for: an authorization, another page of ours, or nothing but the session. */
interface Goal {
  readonly handle?: string | undefined;
  readonly waiting?: Waiting | undefined;
  readonly next?: AfterSignIn | undefined;
  readonly uiLocales?: string | undefined;
}

async function goalOf({ context, browser }: Visit, handle: string | undefined): Promise<Goal> {
  if (handle === undefined) return {};
  const next = await readAfterSignIn(context, handle);
  if (next !== undefined) return { handle, next };
  const waiting = await lookUpAuthorization(context, handle, browser);
  return { handle, waiting, uiLocales: waiting.pending.request.uiLocales };
}

/** A page sends nobody to another page: the authorization decides what comes next. */
function goOn(visit: Visit, { handle, waiting, next }: Goal): Response {
  if (waiting !== undefined && handle !== undefined) return goTo(visit, paths.authorizeContinue, { handle });
  if (next?.to === "page") return redirectResponse(`${visit.context.config.issuer}${next.path}`);
  return goTo(visit, next?.to === "device" ? paths.device : paths.home);
}

/** Who is expected: the user of the hint, whom the client names, or who is to show again that it is them. */
async function expectedName(
  { store }: Pick<Context, "store">,
  { waiting }: Goal,
  signedIn: string | undefined,
): Promise<string | undefined> {
  if (waiting === undefined) return undefined;
  const { hintedSubject, loginHint } = waiting.pending.request;
  if (hintedSubject !== undefined) return (await store.users.find(asUserId(hintedSubject)))?.username;
  return loginHint ?? (isAgain(waiting) ? signedIn : undefined);
}

const isAgain = ({ step }: Waiting): boolean => step.kind === "sign-in" && step.isAgain;

interface FormState {
  readonly username?: string | undefined;
  readonly problems?: readonly Problem<"username" | "password">[];
  /** Seconds to wait. */
  readonly retryAfter?: number;
}

async function form(
  visit: Visit,
  { handle, waiting, uiLocales }: Goal,
  { username, problems, retryAfter }: FormState,
): Promise<Response> {
  const { context, browser, basePath } = visit;
  const texts = await textsOf(visit, uiLocales);
  const body = (
    <SignInPage
      texts={texts}
      basePath={basePath}
      csrf={csrfToken(context, browser, formPurpose)}
      handle={handle}
      clientName={waiting && clientName(waiting.client, texts)}
      username={username}
      isAgain={waiting !== undefined && isAgain(waiting)}
      problems={problems}
    />
  );
  const wait = retryAfter === undefined ? {} : { status: 429, headers: { "retry-after": String(retryAfter) } };
  // The way on from here may end at a client.
  return pageResponse(visit, { texts, title: texts.signIn.title, body, formTarget: "client", ...wait });
}
