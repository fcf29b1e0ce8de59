import { Elysia } from "elysia";
import { updateUser } from "../../administration/users.ts";
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
  valuesOf,
} from "./person-form.ts";
import { EditPersonPage } from "./person-form-view.tsx";
import { nameOf } from "./person-name.tsx";

const path = `${personPath}/edit` as const;
const formNames: ReadonlySet<string> = new Set(["csrf", ...personFields, "own_role"]);
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
  return form(visit, user, { values: valuesOf(user), problems: [] });
}

async function submit(visit: AdminVisit, user: User): Promise<Response> {
  const { context, request, browser, words } = visit;
  if (user.hostSubject !== undefined) return goTo(visit, pathOfPerson(user.id));
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose(user), sent.get("csrf"));
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, pathOf(user));
  const values = sentValues(sent);
  if (values.username === "") {
    return form(visit, user, { values, problems: [{ message: words.problems.usernameMissing, fields: ["username"] }] });
  }
  const losesOwnRole = user.id === visit.person.user.id && values.role !== "admin";
  if (losesOwnRole && sent.get("own_role") !== "on") {
    return form(visit, user, {
      values,
      problems: [{ message: words.problems.ownRole, fields: ["own_role"] }],
      asksForOwnRole: true,
    });
  }
  try {
    await updateUser(context, actorOf(visit), user.id, changesOf(user, values));
  } catch (error) {
    const problem = personProblem(error, words);
    if (problem === undefined) throw asAnswered(error);
    return form(visit, user, { values, problems: [problem] });
  }
  return losesOwnRole ? goTo(visit, paths.home) : goTo(visit, pathOfPerson(user.id), { done: "saved" });
}

/** A group whose name the field cannot tell from two is kept as long as the field is. */
function changesOf(user: User, { username, displayName, email, emailVerified, role, groups }: PersonValues) {
  return {
    username,
    displayName: displayName === "" ? null : displayName,
    email: email === "" ? null : email,
    emailVerified: email !== "" && emailVerified,
    role,
    ...(groups === valuesOf(user).groups ? {} : { groups: groupsIn(groups) }),
  };
}

interface FormState {
  readonly values: PersonValues;
  readonly problems: readonly Problem<PersonField>[];
  readonly asksForOwnRole?: boolean;
}

function form(visit: AdminVisit, user: User, { values, problems, asksForOwnRole = false }: FormState): Response {
  const { context, browser, basePath, words } = visit;
  const name = nameOf(user);
  const body = (
    <EditPersonPage
      words={words}
      name={name}
      values={values}
      problems={problems}
      asksForOwnRole={asksForOwnRole}
      action={`${basePath}${pathOf(user)}`}
      back={`${basePath}${pathOfPerson(user.id)}`}
      csrf={csrfToken(context, browser, formPurpose(user))}
    />
  );
  return adminPage(visit, { part: "people", title: words.personForm.editTitle(name), body });
}
