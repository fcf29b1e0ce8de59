import { Elysia } from "elysia";
import { type FoundLink, findAccountLink, recoverWithLink, redeemAccountLink } from "../administration/links.ts";
import { Refused } from "../administration/refused.ts";
import type { Context } from "../context.ts";
import { checkForm, csrfToken } from "../http/browser.ts";
import { queryText, readForm } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import { countWrongLink, waitForLink } from "../identity/link-attempts.ts";
import { namesOf } from "../identity/password-strength.ts";
import { OAuthError } from "../oauth-error.ts";
import { readParameters } from "../rules/parameters.ts";
import { AccountLinkPage, titleOf } from "./account-link-view.tsx";
import { newPasswordProblem } from "./new-password.ts";
import { atPage, pageResponse, textsOf, type Visit } from "./page-visit.ts";
import type { Problem } from "./problem-summary.tsx";
import { beginSessionAfterPassword } from "./session-start.ts";

type Field = "username" | "password";

const queryNames: ReadonlySet<"token"> = new Set(["token"]);
const formNames: ReadonlySet<"csrf" | "token" | Field> = new Set(["csrf", "token", "username", "password"]);

/** What the form is for, in its token. */
const formPurpose = "account link";

/** Where the links lead that let somebody in who has no password, or lost it. Opening one does nothing yet. */
export const accountLinkPage = (context: Context) =>
  new Elysia({ name: "account-link-page" })
    .get(paths.accountLink, ({ request, server }) => atPage(context, request, server, show), {
      detail: { hide: true },
    })
    .post(paths.accountLink, ({ request, server }) => atPage(context, request, server, submit), {
      parse: "none",
      detail: { hide: true },
    });

async function show(visit: Visit): Promise<Response> {
  const token = readParameters(queryText(visit.request), queryNames).get("token") ?? "";
  return form(visit, { token, link: await goodLink(visit, token) });
}

async function submit(visit: Visit): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose, sent.get("csrf"));
  const token = sent.get("token") ?? "";
  // Asked first, so that nobody without a link that is good makes this machine weigh and hash passwords.
  const link = await goodLink(visit, token);
  const texts = await textsOf(visit);
  const username = sent.get("username");
  const password = sent.get("password");
  const isNameless = link.kind === "recover" && username === undefined;
  const refused = await newPasswordProblem(texts, password, namesFor(link, username));
  if (password === undefined || refused !== undefined || isNameless) {
    const problems: Problem<Field>[] = [
      ...(isNameless ? [{ message: texts.setup.usernameMissing, fields: ["username"] } as const] : []),
      ...(refused === undefined ? [] : [{ message: refused, fields: ["password"] } as const]),
    ];
    return form(visit, { token, link, username, problems });
  }
  const { address } = browser.origin;
  try {
    const user =
      link.kind === "recover"
        ? await recoverWithLink(context, { token, username: username ?? "", password, address })
        : await redeemAccountLink(context, { token, password, address });
    return await beginSessionAfterPassword(visit, { user });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.refusal !== "invalid" && error.refusal !== "taken") throw linkRefused(error);
    const { usernameTaken, usernameRefused } = texts.setup;
    const message = error.refusal === "taken" ? usernameTaken : usernameRefused;
    const problem: Problem<Field> = { message, fields: ["username"] };
    return form(visit, { token, link, username, problems: [problem] });
  }
}

/** @throws OAuthError access_denied with 403, or with 429 where too many wrong links were tried from the address */
async function goodLink({ context, browser }: Visit, token: string): Promise<FoundLink> {
  const wait = waitForLink(context, browser.origin);
  if (wait !== undefined) {
    const { limit, seconds: retryAfter } = wait;
    throw new OAuthError("access_denied", "too many wrong links were tried", { status: 429, retryAfter, limit });
  }
  const link = await findAccountLink(context, token);
  if (link !== undefined) return link;
  countWrongLink(context, browser.origin);
  throw linkRefused();
}

const namesFor = (link: FoundLink, typed = ""): readonly string[] =>
  link.kind === "recover" ? [typed] : namesOf(link.user);

interface FormState {
  readonly token: string;
  readonly link: FoundLink;
  readonly username?: string | undefined;
  readonly problems?: readonly Problem<Field>[];
}

async function form(visit: Visit, { token, link, username = "", problems }: FormState): Promise<Response> {
  const { context, browser, basePath } = visit;
  const texts = await textsOf(visit);
  const own = { texts, basePath, csrf: csrfToken(context, browser, formPurpose), token, problems };
  const body =
    link.kind === "recover" ? (
      <AccountLinkPage {...own} kind="recover" username={username} administrators={await administratorsOf(context)} />
    ) : (
      <AccountLinkPage
        {...own}
        kind={link.kind}
        username={link.user.username}
        name={link.user.displayName}
        names={namesOf(link.user)}
      />
    );
  return pageResponse(visit, { texts, title: titleOf(texts, link.kind), body, formTarget: "here" });
}

/** Who forgot the password may have forgotten the name as well; whoever has the link could look into the database, too. */
async function administratorsOf({ store }: Pick<Context, "store">): Promise<readonly string[]> {
  const { items } = await store.users.page({ role: "admin", offset: 0, limit: 10 });
  return items.map(({ username }) => username);
}

const linkRefused = (cause?: unknown): OAuthError =>
  new OAuthError("access_denied", "the link is wrong, used or too old", { status: 403, page: "accountLink", cause });
