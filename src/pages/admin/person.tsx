import { Elysia } from "elysia";
import { placeShown } from "../../administration/declaration-guard.ts";
import { pageOfEvents } from "../../administration/events.ts";
import { pageOfGrants } from "../../administration/grants.ts";
import { pageOfSessions } from "../../administration/sessions.ts";
import { setUserDisabled, unlockUser } from "../../administration/users.ts";
import type { Context } from "../../context.ts";
import { checkForm, csrfToken } from "../../http/browser.ts";
import { queryText, readForm } from "../../http/form.ts";
import type { User } from "../../model/user.ts";
import { readParameters } from "../../rules/parameters.ts";
import { goTo } from "../page-visit.ts";
import { type AdminVisit, actorOf, adminPage, asAnswered, atAdministration } from "./admin-page.ts";
import { grantToken } from "./grants.tsx";
import { foundById } from "./lookups.ts";
import { pathOfPerson, personAt, personPath } from "./person-at.ts";
import { nameOf } from "./person-name.tsx";
import { PersonPage } from "./person-view.tsx";
import { sessionToken } from "./sessions.tsx";

const queryNames: ReadonlySet<"done"> = new Set(["done"]);
const formNames: ReadonlySet<"csrf"> = new Set(["csrf"]);
const hidden = { detail: { hide: true } } as const;
const posted = { parse: "none", ...hidden } as const;

/** What gives back what was taken: it is done at once. */
type Kindness = "switch-on" | "unlock";
const formPurpose = (kindness: Kindness, { id }: User) => `admin ${kindness} person ${id}`;

/** All that is to be known of one person, and what can be done about it. */
export const personPage = (context: Context) =>
  new Elysia({ name: "person-page" })
    .get(
      personPath,
      ({ request, server, params: { id } }) =>
        atAdministration(context, request, server, async (visit) => show(visit, await personAt(visit, id))),
      hidden,
    )
    .post(
      `${personPath}/switch-on`,
      ({ request, server, params: { id } }) =>
        atAdministration(context, request, server, async (visit) =>
          giveBack(visit, "switch-on", await personAt(visit, id)),
        ),
      posted,
    )
    .post(
      `${personPath}/unlock`,
      ({ request, server, params: { id } }) =>
        atAdministration(context, request, server, async (visit) =>
          giveBack(visit, "unlock", await personAt(visit, id)),
        ),
      posted,
    );

/** So many of each kind stand on a person's page. */
const mostShown = 5;
const mostEvents = 10;

async function show(visit: AdminVisit, user: User): Promise<Response> {
  const { context, request, browser } = visit;
  const userId = user.id;
  const part = { userId, offset: 0, limit: mostShown };
  const grants = await pageOfGrants(context, part);
  const body = (
    <PersonPage
      {...visit}
      now={context.clock.now()}
      user={user}
      isSelf={userId === visit.person.user.id}
      factors={await context.store.factors.of(userId)}
      sessions={await pageOfSessions(context, part)}
      ownSession={visit.person.session.id}
      grants={grants}
      clients={
        await foundById(
          grants.items.map(({ clientId }) => clientId),
          context.store.clients.find,
        )
      }
      events={(await pageOfEvents(context, { userId, limit: mostEvents })).items}
      csrf={{
        session: (session) => sessionToken(visit, session),
        grant: (grant) => grantToken(visit, grant),
        "switch-on": csrfToken(context, browser, formPurpose("switch-on", user)),
        unlock: csrfToken(context, browser, formPurpose("unlock", user)),
      }}
      done={readParameters(queryText(request), queryNames).get("done")}
      place={await placeShown(context)}
    />
  );
  return adminPage(visit, { part: "people", title: nameOf(user), body });
}

async function giveBack(visit: AdminVisit, kindness: Kindness, user: User): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose(kindness, user), sent.get("csrf"));
  try {
    if (kindness === "unlock") await unlockUser(context, actorOf(visit), user.id);
    else await setUserDisabled(context, actorOf(visit), user.id, false);
  } catch (error) {
    throw asAnswered(error);
  }
  return goTo(visit, pathOfPerson(user.id), { done: kindness === "unlock" ? "unlocked" : "switched-on" });
}
