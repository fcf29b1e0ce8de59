import { Elysia } from "elysia";
import { memberNames, placeShown } from "../../administration/declaration-guard.ts";
import { Refused } from "../../administration/refused.ts";
import { type UserChanges, updateUser } from "../../administration/users.ts";
import type { Context } from "../../context.ts";
import { checkForm, csrfToken } from "../../http/browser.ts";
import { readForm } from "../../http/form.ts";
import { paths } from "../../http/paths.ts";
import type { DeclarableMember, User } from "../../model/user.ts";
import { isRecentlySignedIn, signInFirst } from "../own-visit.ts";
import { goTo } from "../page-visit.ts";
import type { Problem } from "../problem-summary.tsx";
import { type AdminVisit, actorOf, adminPage, asAnswered, atAdministration } from "./admin-page.ts";
import { pathOfPerson, personAt, personPath } from "./person-at.ts";
import {
  declaredOf,
  groupsIn,
  type PersonField,
  type PersonValues,
  personFields,
  personProblem,
  sentValuesOf,
  shownIn,
  touchedIn,
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
  const values = sentValuesOf(sent, user);
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
  const touched = touchedIn(shown, values);
  if (changedMeanwhile(user, shown, values).length > 0) return outdatedForm(visit, user, { shown, values });
  const seen = Object.fromEntries(touched.map((name) => [name, user[name]]));
  try {
    await updateUser(context, actorOf(visit), user.id, changesTo(touched, values), { seen });
  } catch (error) {
    if (error instanceof Refused && error.refusal === "outdated")
      return outdatedForm(visit, await personAt(visit, user.id), { shown, values });
    const problem = personProblem(error, words);
    if (problem === undefined) throw asAnswered(error);
    return form(visit, user, { values, shown, problems: [problem] });
  }
  return losesOwnRole ? goTo(visit, paths.home) : goTo(visit, pathOfPerson(user.id), { done: "saved" });
}

function changesTo(touched: readonly DeclarableMember[], values: PersonValues): UserChanges {
  const { displayName, email, emailVerified, groups } = values;
  const changes: Required<Pick<UserChanges, DeclarableMember>> = {
    ...values,
    displayName: displayName === "" ? null : displayName,
    email: email === "" ? null : email,
    emailVerified: email !== "" && emailVerified,
    // A group whose name the field cannot tell from two is kept as long as the field is.
    groups: groupsIn(groups),
  };
  return Object.fromEntries(touched.map((name) => [name, changes[name]]));
}

type Typed = Pick<FormState, "values" | "shown">;

/** What was touched here, and is something else by now than what was shown and what is wanted. */
function changedMeanwhile(user: User, shown: Typed["shown"], values: PersonValues): readonly DeclarableMember[] {
  const present = valuesOf(user);
  const isChanged = (name: DeclarableMember) => present[name] !== shown[name] && present[name] !== values[name];
  return touchedIn(shown, values).filter(
    (name) => isChanged(name === "emailVerified" ? "email" : name) || isChanged(name),
  );
}

/** Nobody's change is overwritten unseen: these fields show what is there now, and the others what was typed. */
function outdatedForm(visit: AdminVisit, user: User, { values, shown }: Typed): Promise<Response> {
  const present = valuesOf(user);
  const changed = changedMeanwhile(user, shown, values);
  const kept = touchedIn(shown, values).filter((name) => !changed.includes(name));
  return form(visit, user, {
    values: { ...present, ...Object.fromEntries(kept.map((name) => [name, values[name]])) },
    shown: { ...present },
    problems: [{ message: visit.words.problems.outdated, fields: changed.map((name) => memberNames[name]) }],
  });
}

interface FormState {
  readonly values: PersonValues;
  /** The values with which the form was opened. */
  readonly shown: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem<PersonField>[];
  readonly asksForOwnRole?: boolean;
}

async function form(
  visit: AdminVisit,
  user: User,
  { values, shown, problems, asksForOwnRole = false }: FormState,
): Promise<Response> {
  const { context, browser, basePath, words } = visit;
  const name = nameOf(user);
  const body = (
    <EditPersonPage
      words={words}
      name={name}
      values={values}
      shown={JSON.stringify(shown)}
      declared={declaredOf(user)}
      place={await placeShown(context)}
      problems={problems}
      asksForOwnRole={asksForOwnRole}
      action={`${basePath}${pathOf(user)}`}
      back={`${basePath}${pathOfPerson(user.id)}`}
      csrf={csrfToken(context, browser, formPurpose(user))}
    />
  );
  return adminPage(visit, { part: "people", title: words.personForm.editTitle(name), body });
}
