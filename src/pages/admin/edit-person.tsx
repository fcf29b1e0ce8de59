import { Elysia } from "elysia";
import { type UserChanges, updateUser } from "../../administration/users.ts";
import type { Context } from "../../context.ts";
import { checkForm, csrfToken } from "../../http/browser.ts";
import { readForm } from "../../http/form.ts";
import { paths } from "../../http/paths.ts";
import type { User } from "../../model/user.ts";
import { isRecentlySignedIn, signInFirst } from "../own-visit.ts";
import { goTo } from "../page-visit.ts";
import type { Problem } from "../problem-summary.tsx";
import { type AdminVisit, actorOf, adminPage, asAnswered, atAdministration } from "./admin-page.ts";
import { pathOfPerson, personAt, personPath } from "./person-at.ts";
import {
  groupsIn,
  type PersonField,
  type PersonValues,
  personFields,
  personProblem,
  sentValues,
  shownIn,
  valuesOf,
} from "./person-form.ts";
import { EditPersonPage } from "./person-form-view.tsx";
import { nameOf } from "./person-name.tsx";

const path = `${personPath}/edit` as const;
const formNames: ReadonlySet<string> = new Set(["csrf", "shown", ...personFields, "own_role"]);
const formPurpose = ({ id }: User) => `admin edit person ${id}`;
const pathOf = ({ id }: User) => `${pathOfPerson(id)}/edit`;

/** Changes what is said of a person. Role, groups and a verified address let them in elsewhere: it is asked who does it. */
export const editPersonPage = (context: Context) =>
  new Elysia({ name: "edit-person-page" })
    .get(
      path,
      ({ request, server, params: { id } }) =>
        atAdministration(context, request, server, async (visit) => show(visit, await personAt(visit, id))),
      { detail: { hide: true } },
    )
    .post(
      path,
      ({ request, server, params: { id } }) =>
        atAdministration(context, request, server, async (visit) => submit(visit, await personAt(visit, id))),
      { parse: "none", detail: { hide: true } },
    );

async function show(visit: AdminVisit, user: User): Promise<Response> {
  // Their page tells where such a person is changed.
  if (user.hostSubject !== undefined) return goTo(visit, pathOfPerson(user.id));
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, pathOf(user));
  const values = valuesOf(user);
  return form(visit, user, { values, shown: { ...values }, problems: [] });
}

async function submit(visit: AdminVisit, user: User): Promise<Response> {
  const { context, request, browser, words } = visit;
  if (user.hostSubject !== undefined) return goTo(visit, pathOfPerson(user.id));
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose(user), sent.get("csrf"));
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, pathOf(user));
  const values = sentValues(sent);
  const shown = shownIn(sent, user);
  if (values.username === "") {
    const problems = [{ message: words.problems.usernameMissing, fields: ["username"] } as const];
    return form(visit, user, { values, shown, problems });
  }
  const losesOwnRole = user.id === visit.person.user.id && values.role !== "admin";
  if (losesOwnRole && sent.get("own_role") !== "on") {
    return form(visit, user, {
      values,
      shown,
      problems: [{ message: words.problems.ownRole, fields: ["own_role"] }],
      asksForOwnRole: true,
    });
  }
  try {
    await updateUser(context, actorOf(visit), user.id, changesOf(shown, values));
  } catch (error) {
    const problem = personProblem(error, words);
    if (problem === undefined) throw asAnswered(error);
    return form(visit, user, { values, shown, problems: [problem] });
  }
  return losesOwnRole ? goTo(visit, paths.home) : goTo(visit, pathOfPerson(user.id), { done: "saved" });
}

/** What was touched in the form. Who calls an address verified means the one that they saw. */
function changesOf(shown: Readonly<Record<string, unknown>>, values: PersonValues): UserChanges {
  const { username, displayName, email, emailVerified, role, groups } = values;
  const isTouched = (name: keyof PersonValues): boolean => values[name] !== shown[name];
  return {
    ...(isTouched("username") ? { username } : {}),
    ...(isTouched("displayName") ? { displayName: displayName === "" ? null : displayName } : {}),
    ...(isTouched("email") || isTouched("emailVerified")
      ? { email: email === "" ? null : email, emailVerified: email !== "" && emailVerified }
      : {}),
    ...(isTouched("role") ? { role } : {}),
    // A group whose name the field cannot tell from two is kept as long as the field is.
    ...(isTouched("groups") ? { groups: groupsIn(groups) } : {}),
  };
}

interface FormState {
  readonly values: PersonValues;
  /** The values with which the form was opened. */
  readonly shown: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem<PersonField>[];
  readonly asksForOwnRole?: boolean;
}

function form(visit: AdminVisit, user: User, { values, shown, problems, asksForOwnRole = false }: FormState): Response {
  const { context, browser, basePath, words } = visit;
  const name = nameOf(user);
  const body = (
    <EditPersonPage
      words={words}
      name={name}
      values={values}
      shown={JSON.stringify(shown)}
      problems={problems}
      asksForOwnRole={asksForOwnRole}
      action={`${basePath}${pathOf(user)}`}
      back={`${basePath}${pathOfPerson(user.id)}`}
      csrf={csrfToken(context, browser, formPurpose(user))}
    />
  );
  return adminPage(visit, { part: "people", title: words.personForm.editTitle(name), body });
}
