import { Elysia } from "elysia";
import { changeOwnPassword } from "../../administration/own-password.ts";
import type { Context } from "../../context.ts";
import { csrfToken } from "../../http/browser.ts";
import { queryText } from "../../http/form.ts";
import { namesOf } from "../../identity/password-strength.ts";
import { readParameters } from "../../rules/parameters.ts";
import { newPasswordProblem } from "../new-password.ts";
import { goTo } from "../page-visit.ts";
import type { Problem } from "../problem-summary.tsx";
import { signingBrowserOf } from "../session-start.ts";
import { accountPaths } from "./account-navigation.ts";
import { type AccountVisit, accountPage, atAccountForSure, sentForm } from "./account-page.ts";
import { carryOn } from "./new-cookie.ts";
import { type PasswordField, PasswordPage } from "./password-view.tsx";

const { password: path } = accountPaths;
const queryNames: ReadonlySet<"done"> = new Set(["done"]);

/** What the form is for, in its token. */
const formPurpose = "account password";

/** Where a person chooses another password. */
export const passwordPage = (context: Context) =>
  new Elysia({ name: "account-password" })
    .get(path, ({ request, server }) => atAccountForSure(context, request, server, path, show), {
      detail: { hide: true },
    })
    .post(path, ({ request, server }) => atAccountForSure(context, request, server, path, submit), {
      parse: "none",
      detail: { hide: true },
    });

const show = async (visit: AccountVisit): Promise<Response> =>
  form(visit, { done: readParameters(queryText(visit.request), queryNames).get("done") });

async function submit(visit: AccountVisit): Promise<Response> {
  const { context, browser, person, texts, words } = visit;
  const { user, session } = person;
  if (user.hostSubject !== undefined) return form(visit, {});
  const sent = await sentForm(visit, formPurpose, ["current_password", "new_password", "everywhere"]);
  const current = sent.get("current_password");
  const fresh = sent.get("new_password");
  const keepsOthers = !sent.has("everywhere");
  const freshProblem = await newPasswordProblem(texts, fresh, namesOf(user));
  const isCurrentMissing = current === undefined && user.passwordHash !== undefined;
  if (freshProblem !== undefined || isCurrentMissing || fresh === undefined) {
    const problems: Problem<PasswordField>[] = [
      ...(isCurrentMissing ? [{ message: words.password.currentMissing, fields: ["current_password"] } as const] : []),
      ...(freshProblem === undefined ? [] : [{ message: freshProblem, fields: ["new_password"] } as const]),
    ];
    return form(visit, { problems, keepsOthers });
  }
  const wanted = { user, current, fresh, keepSession: session.id, keepsOthers };
  const outcome = await changeOwnPassword(context, wanted, signingBrowserOf(browser));
  switch (outcome.kind) {
    case "changed": {
      const done = keepsOthers ? "password-changed" : "password-changed-everywhere";
      return carryOn(visit, ["pwd"], goTo(visit, path, { done }), outcome.user);
    }
    case "refused":
      return form(visit, {
        problems: [{ message: words.password.currentWrong, fields: ["current_password"] }],
        keepsOthers,
      });
    case "wait":
      return form(visit, {
        problems: [{ message: texts.common.tooManyAttempts(outcome.seconds), fields: [] }],
        keepsOthers,
        wait: outcome.seconds,
      });
  }
}

interface FormState {
  readonly problems?: readonly Problem<PasswordField>[];
  readonly keepsOthers?: boolean;
  readonly done?: string | undefined;
  /** Seconds until the next try. */
  readonly wait?: number;
}

function form(visit: AccountVisit, { problems = [], keepsOthers = false, done, wait }: FormState): Promise<Response> {
  const { context, browser, person, words } = visit;
  const { user } = person;
  const body = (
    <PasswordPage
      {...visit}
      username={user.username}
      names={namesOf(user)}
      hasPassword={user.passwordHash !== undefined}
      isFromHost={user.hostSubject !== undefined}
      csrf={csrfToken(context, browser, formPurpose)}
      problems={problems}
      keepsOthers={keepsOthers}
      done={done}
    />
  );
  const limited = wait === undefined ? {} : { status: 429, headers: { "retry-after": String(wait) } };
  return accountPage(visit, { part: "password", title: words.password.title, body, ...limited });
}
