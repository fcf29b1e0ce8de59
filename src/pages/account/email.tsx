import { Elysia } from "elysia";
import { Refused } from "../../administration/refused.ts";
import { updateUser } from "../../administration/users.ts";
import type { Context } from "../../context.ts";
import { csrfToken } from "../../http/browser.ts";
import { goTo } from "../page-visit.ts";
import type { Problem } from "../problem-summary.tsx";
import { accountPaths } from "./account-navigation.ts";
import { type AccountVisit, accountPage, actorOf, atAccountForSure, sentForm } from "./account-page.ts";
import { EmailPage } from "./email-view.tsx";

const path = `${accountPaths.profile}/email` as const;

/** What the form is for, in its token. */
const formPurpose = "account email";

/** A person's e-mail address: some apps take whoever has it for its owner, so it is asked who changes it. */
export const emailPage = (context: Context) =>
  new Elysia({ name: "account-email" })
    .get(path, ({ request, server }) => atAccountForSure(context, request, server, path, show), {
      detail: { hide: true },
    })
    .post(path, ({ request, server }) => atAccountForSure(context, request, server, path, submit), {
      parse: "none",
      detail: { hide: true },
    });

const show = async (visit: AccountVisit): Promise<Response> =>
  isFromHost(visit)
    ? goTo(visit, accountPaths.profile)
    : form(visit, { email: visit.person.user.email ?? "", problems: [] });

/** The profile tells where such a person's address is changed. */
const isFromHost = ({ person }: AccountVisit): boolean => person.user.hostSubject !== undefined;

async function submit(visit: AccountVisit): Promise<Response> {
  const { context, browser, person, words } = visit;
  const { user } = person;
  if (isFromHost(visit)) return goTo(visit, accountPaths.profile);
  const sent = await sentForm(visit, formPurpose, ["email"]);
  const email = sent.get("email")?.trim() ?? "";
  try {
    // The same address stays as verified as it is.
    if (email !== (user.email ?? "")) {
      const changes = { email: email === "" ? null : email };
      await updateUser(context, actorOf(visit), user.id, changes, { address: browser.origin.address });
    }
  } catch (error) {
    if (!(error instanceof Refused) || error.member !== "email") throw error;
    const message = error.refusal === "declared" ? words.email.declared : words.email.refused;
    return form(visit, { email, problems: [{ message, fields: ["email"] }] });
  }
  return goTo(visit, accountPaths.profile, { done: "email-saved" });
}

interface FormState {
  readonly email: string;
  readonly problems: readonly Problem<"email">[];
}

function form(visit: AccountVisit, state: FormState): Promise<Response> {
  const { context, browser, basePath, words } = visit;
  const body = (
    <EmailPage {...visit} {...state} action={`${basePath}${path}`} csrf={csrfToken(context, browser, formPurpose)} />
  );
  return accountPage(visit, { part: "profile", title: words.email.title, body });
}
