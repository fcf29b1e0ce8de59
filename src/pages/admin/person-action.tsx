import { Elysia } from "elysia";
import { pageOfGrants } from "../../administration/grants.ts";
import { makeAccountLink } from "../../administration/links.ts";
import { Refused } from "../../administration/refused.ts";
import { pageOfSessions } from "../../administration/sessions.ts";
import { deleteUser, endUserSessions, resetFactors, setUserDisabled } from "../../administration/users.ts";
import type { Context } from "../../context.ts";
import { checkForm, csrfToken } from "../../http/browser.ts";
import { readForm } from "../../http/form.ts";
import { paths } from "../../http/paths.ts";
import type { AdministrationTexts } from "../../languages/administration/en.ts";
import type { User } from "../../model/user.ts";
import { canonicalUserName } from "../../rules/user-name.ts";
import { isRecentlySignedIn, signInFirst } from "../own-visit.ts";
import { goTo } from "../page-visit.ts";
import type { Problem } from "../problem-summary.tsx";
import { adminPaths } from "./admin-navigation.ts";
import { type AdminVisit, actorOf, adminPage, asAnswered, atAdministration, nothingHere } from "./admin-page.ts";
import { type HandedLink, linkPage } from "./link-page.tsx";
import { type PersonActionName, PersonActionPage, personActions } from "./person-action-view.tsx";
import { pathOfPerson, personAt, personPath } from "./person-at.ts";
import { nameOf } from "./person-name.tsx";

/** Something that is asked for once more before it is done to an account. */
interface PersonAction {
  /** It lets somebody in, takes a lock off, or cannot be undone: who does it shows first that it is them. */
  readonly isSensitive: boolean;
  readonly run: (visit: AdminVisit, user: User) => Promise<Response>;
}

const path = `${personPath}/:action` as const;
const formNames: ReadonlySet<"csrf" | "confirmation"> = new Set(["csrf", "confirmation"]);

const actions: Readonly<Record<PersonActionName, PersonAction>> = {
  invite: { isSensitive: true, run: (visit, user) => makeLink(visit, user, "invite") },
  reset: { isSensitive: true, run: (visit, user) => makeLink(visit, user, "reset") },
  "remove-factors": {
    isSensitive: true,
    run: async (visit, user) => {
      await resetFactors(visit.context, actorOf(visit), user.id);
      return goTo(visit, pathOfPerson(user.id), { done: "factors-removed" });
    },
  },
  "sign-out": {
    isSensitive: false,
    run: async (visit, user) => {
      await endUserSessions(visit.context, actorOf(visit), user.id);
      return goTo(visit, pathOfPerson(user.id), { done: "signed-out" });
    },
  },
  "switch-off": {
    isSensitive: false,
    run: async (visit, user) => {
      await setUserDisabled(visit.context, actorOf(visit), user.id, true);
      return isSelf(visit, user)
        ? goTo(visit, paths.home)
        : goTo(visit, pathOfPerson(user.id), { done: "switched-off" });
    },
  },
  delete: {
    isSensitive: true,
    run: async (visit, user) => {
      await deleteUser(visit.context, actorOf(visit), user.id);
      return isSelf(visit, user) ? goTo(visit, paths.home) : goTo(visit, adminPaths.people, { done: "deleted" });
    },
  },
};

/** The pages that ask once more, and do it. */
export const personActionPages = (context: Context) =>
  new Elysia({ name: "person-action-pages" })
    .get(
      path,
      ({ request, server, params }) =>
        atAdministration(context, request, server, async (visit) => show(await asked(visit, params))),
      { detail: { hide: true } },
    )
    .post(
      path,
      ({ request, server, params }) =>
        atAdministration(context, request, server, async (visit) => submit(await asked(visit, params))),
      { parse: "none", detail: { hide: true } },
    );

interface Asked {
  readonly visit: AdminVisit;
  readonly user: User;
  readonly name: PersonActionName;
  readonly action: PersonAction;
}

async function asked(visit: AdminVisit, params: { readonly id: string; readonly action: string }): Promise<Asked> {
  const user = await personAt(visit, params.id);
  const name = personActions.find((known) => known === params.action);
  if (name === undefined) throw nothingHere();
  return { visit, user, name, action: actions[name] };
}

const formPurpose = ({ name, user }: Asked) => `admin ${name} person ${user.id}`;
const pathOf = ({ name, user }: Asked) => `${pathOfPerson(user.id)}/${name}`;
const isSelf = (visit: AdminVisit, user: User) => user.id === visit.person.user.id;

async function show(asking: Asked): Promise<Response> {
  const { visit, action } = asking;
  if (action.isSensitive && !isRecentlySignedIn(visit)) return signInFirst(visit, pathOf(asking));
  return form(asking, []);
}

async function submit(asking: Asked): Promise<Response> {
  const { visit, user, name, action } = asking;
  const { context, request, browser, words } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose(asking), sent.get("csrf"));
  if (action.isSensitive && !isRecentlySignedIn(visit)) return signInFirst(visit, pathOf(asking));
  if (name === "delete" && canonicalUserName(sent.get("confirmation") ?? "") !== user.username) {
    return form(asking, [{ message: words.problems.wrongName, fields: ["confirmation"] }]);
  }
  try {
    return await action.run(visit, user);
  } catch (error) {
    const sentence = sentenceOf(error, words);
    if (sentence === undefined) throw asAnswered(error);
    return form(asking, [{ message: sentence, fields: [] }]);
  }
}

async function makeLink(visit: AdminVisit, user: User, kind: HandedLink): Promise<Response> {
  const link = await makeAccountLink(visit.context, actorOf(visit), { kind, userId: user.id });
  return linkPage(visit, user, kind, link);
}

function sentenceOf(error: unknown, { problems }: AdministrationTexts): string | undefined {
  if (!(error instanceof Refused)) return undefined;
  if (error.refusal === "last-administrator") return problems.lastAdministrator;
  if (error.refusal === "from-host") return problems.fromHost;
  // The person, and nothing else, can be unfit for a link.
  return error.refusal === "invalid" ? problems.disabled : undefined;
}

async function form(asking: Asked, problems: readonly Problem<"confirmation">[]): Promise<Response> {
  const { visit, user, name } = asking;
  const { context, browser, basePath, words, locale } = visit;
  const none = { userId: user.id, offset: 0, limit: 0 };
  const body = (
    <PersonActionPage
      words={words}
      locale={locale}
      name={name}
      user={user}
      sessions={(await pageOfSessions(context, none)).total}
      grants={(await pageOfGrants(context, none)).total}
      isSelf={isSelf(visit, user)}
      action={`${basePath}${pathOf(asking)}`}
      back={`${basePath}${pathOfPerson(user.id)}`}
      csrf={csrfToken(context, browser, formPurpose(asking))}
      problems={problems}
    />
  );
  return adminPage(visit, { part: "people", title: words.actions[name].title(nameOf(user)), body });
}
