import { Elysia } from "elysia";
import { Refused } from "../administration/refused.ts";
import { createFirstAdministrator, isSetupLinkValid } from "../administration/setup.ts";
import type { Context } from "../context.ts";
import { checkForm, csrfToken } from "../http/browser.ts";
import { queryText, readForm } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import type { Texts } from "../languages/door/en.ts";
import { OAuthError } from "../oauth-error.ts";
import { readParameters } from "../rules/parameters.ts";
import { newPasswordProblem } from "./new-password.ts";
import { atPage, pageResponse, textsOf, type Visit } from "./page-visit.ts";
import type { Problem } from "./problem-summary.tsx";
import { beginSessionAfterPassword } from "./session-start.ts";
import { SetupPage } from "./setup-view.tsx";

type Field = "username" | "password";

const queryNames: ReadonlySet<"token"> = new Set(["token"]);
const formNames: ReadonlySet<"csrf" | "token" | Field> = new Set(["csrf", "token", "username", "password"]);

/** What the form is for, in its token. */
const formPurpose = "setup";

/** Where the one-time link leads: it makes the first administrator and signs them in. */
export const setupPage = (context: Context) =>
  new Elysia({ name: "setup-page" })
    .get(paths.setup, ({ request, server }) => atPage(context, request, server, show), { detail: { hide: true } })
    .post(paths.setup, ({ request, server }) => atPage(context, request, server, submit), {
      parse: "none",
      detail: { hide: true },
    });

async function show(visit: Visit): Promise<Response> {
  const { context, request } = visit;
  const token = readParameters(queryText(request), queryNames).get("token") ?? "";
  if (!(await isSetupLinkValid(context, token))) throw linkRefused();
  return form(visit, { token });
}

async function submit(visit: Visit): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose, sent.get("csrf"));
  const token = sent.get("token") ?? "";
  const username = sent.get("username");
  const password = sent.get("password");
  const texts = await textsOf(visit);
  // Asked first, so that nobody without a link that is good makes this machine weigh passwords.
  if (!(await isSetupLinkValid(context, token))) throw linkRefused();
  const refused = await newPasswordProblem(texts, password, username === undefined ? [] : [username]);
  if (username === undefined || password === undefined || refused !== undefined) {
    const problems: Problem<Field>[] = [
      ...(username === undefined ? [{ message: texts.setup.usernameMissing, fields: ["username"] } as const] : []),
      ...(refused === undefined ? [] : [{ message: refused, fields: ["password"] } as const]),
    ];
    return form(visit, { token, username, problems });
  }
  const { address } = browser.origin;
  try {
    const user = await createFirstAdministrator(
      context,
      { kind: "anonymous" },
      { username, password, link: token, address },
    );
    return await beginSessionAfterPassword(visit, { user });
  } catch (error) {
    const problem = problemOf(error, texts);
    if (problem === undefined) throw error instanceof Refused ? linkRefused(error) : error;
    return form(visit, { token, username, problems: [problem] });
  }
}

/** What the person can mend; undefined where the link itself is refused. */
function problemOf(error: unknown, { setup }: Texts): Problem<Field> | undefined {
  if (!(error instanceof Refused)) return undefined;
  if (error.refusal === "taken") return { message: setup.usernameTaken, fields: ["username"] };
  return error.refusal === "invalid" ? { message: setup.usernameRefused, fields: ["username"] } : undefined;
}

interface FormState {
  readonly token: string;
  readonly username?: string | undefined;
  readonly problems?: readonly Problem<Field>[];
}

async function form(visit: Visit, { token, username, problems }: FormState): Promise<Response> {
  const { context, browser, basePath } = visit;
  const texts = await textsOf(visit);
  const body = (
    <SetupPage
      texts={texts}
      basePath={basePath}
      csrf={csrfToken(context, browser, formPurpose)}
      token={token}
      issuer={context.config.issuer}
      username={username}
      problems={problems}
    />
  );
  return pageResponse(visit, { texts, title: texts.setup.title, body, formTarget: "here" });
}

const linkRefused = (cause?: unknown): OAuthError =>
  new OAuthError("access_denied", "the setup link is wrong, used or too old", {
    status: 403,
    page: "setupLink",
    cause,
  });
