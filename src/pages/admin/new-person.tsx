import { Elysia } from "elysia";
import { makeAccountLink } from "../../administration/links.ts";
import { createUser } from "../../administration/users.ts";
import type { Context } from "../../context.ts";
import { checkForm, csrfToken } from "../../http/browser.ts";
import { readForm } from "../../http/form.ts";
import { newPasswordProblem } from "../new-password.ts";
import { isRecentlySignedIn, signInFirst } from "../own-visit.ts";
import { goTo } from "../page-visit.ts";
import type { Problem } from "../problem-summary.tsx";
import { adminPaths } from "./admin-navigation.ts";
import { type AdminVisit, actorOf, adminPage, atAdministration } from "./admin-page.ts";
import { linkPage } from "./link-page.tsx";
import { pathOfPerson } from "./person-at.ts";
import {
  emptyValues,
  groupsIn,
  type PersonField,
  type PersonValues,
  personFields,
  personProblem,
  sentValues,
} from "./person-form.ts";
import { type Entry, NewPersonPage } from "./person-form-view.tsx";

const path = `${adminPaths.people}/new` as const;
const formNames: ReadonlySet<string> = new Set(["csrf", ...personFields, "entry", "password"]);
const formPurpose = "admin new person";

/** Makes an account for somebody; the link to it is the answer, shown once. */
export const newPersonPage = (context: Context) =>
  new Elysia({ name: "new-person-page" })
    .get(path, ({ request, server }) => atAdministration(context, request, server, show), { detail: { hide: true } })
    .post(path, ({ request, server }) => atAdministration(context, request, server, submit), {
      parse: "none",
      detail: { hide: true },
    });

async function show(visit: AdminVisit): Promise<Response> {
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, path);
  return form(visit, { values: emptyValues, entry: "invite", problems: [] });
}

async function submit(visit: AdminVisit): Promise<Response> {
  const { context, request, browser, words } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose, sent.get("csrf"));
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, path);
  const values = sentValues(sent);
  const entry: Entry = sent.get("entry") === "password" ? "password" : "invite";
  const password = sent.get("password");
  const problems = await problemsBefore(visit, values, entry, password);
  if (problems.length > 0) return form(visit, { values, entry, problems });
  const { groups, ...plain } = values;
  const emailVerified = plain.email !== "" && plain.emailVerified;
  const wanted = {
    ...plain,
    emailVerified,
    groups: groupsIn(groups),
    password: entry === "password" ? password : undefined,
  };
  try {
    const user = await createUser(context, actorOf(visit), wanted);
    if (entry === "password") return goTo(visit, pathOfPerson(user.id), { done: "created" });
    const link = await makeAccountLink(context, actorOf(visit), { kind: "invite", userId: user.id });
    return linkPage(visit, user, "invite", link);
  } catch (error) {
    const problem = personProblem(error, words);
    if (problem === undefined) throw error;
    return form(visit, { values, entry, problems: [problem] });
  }
}

/** What is known to be wrong before anything is tried. */
async function problemsBefore(
  { words: { problems }, texts }: AdminVisit,
  { username, displayName, email }: PersonValues,
  entry: Entry,
  password: string | undefined,
): Promise<readonly Problem<PersonField>[]> {
  const names = [username, displayName, email].filter((name) => name !== "");
  const wrong = entry === "password" ? await newPasswordProblem(texts, password, names) : undefined;
  return [
    ...(username === "" ? [{ message: problems.usernameMissing, fields: ["username"] } as const] : []),
    ...(wrong === undefined
      ? []
      : [{ message: password === undefined ? problems.passwordMissing : wrong, fields: ["password"] } as const]),
  ];
}

interface FormState {
  readonly values: PersonValues;
  readonly entry: Entry;
  readonly problems: readonly Problem<PersonField>[];
}

function form(visit: AdminVisit, state: FormState): Promise<Response> {
  const { context, browser, basePath, words } = visit;
  const body = (
    <NewPersonPage
      {...visit}
      {...state}
      action={`${basePath}${path}`}
      back={`${basePath}${adminPaths.people}`}
      csrf={csrfToken(context, browser, formPurpose)}
    />
  );
  return adminPage(visit, { part: "people", title: words.personForm.newTitle, body });
}
