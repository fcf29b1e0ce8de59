import { Elysia } from "elysia";
import { Refused } from "../../administration/refused.ts";
import { endSession, pageOfSessions } from "../../administration/sessions.ts";
import { asSessionId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { checkForm, csrfToken } from "../../http/browser.ts";
import { queryText, readForm } from "../../http/form.ts";
import type { Session } from "../../model/user.ts";
import { readParameters } from "../../rules/parameters.ts";
import { goTo } from "../page-visit.ts";
import { adminPaths } from "./admin-navigation.ts";
import { type AdminVisit, actorOf, adminPage, atAdministration, nothingHere } from "./admin-page.ts";
import { listAddress, offsetIn, readPage } from "./list-page.ts";
import { foundById } from "./lookups.ts";
import { pathOfPerson, personNamed } from "./person-at.ts";
import { SessionsPage } from "./sessions-view.tsx";

const queryNames: ReadonlySet<"person" | "offset" | "done"> = new Set(["person", "offset", "done"]);
const formNames: ReadonlySet<"csrf" | "from" | "person" | "offset"> = new Set(["csrf", "from", "person", "offset"]);
const formPurpose = ({ id }: Session) => `admin end session ${id}`;

export const sessionToken = ({ context, browser }: AdminVisit, session: Session): string =>
  csrfToken(context, browser, formPurpose(session));

/** Who is signed in, and where; each session can be ended. */
export const sessionsPage = (context: Context) =>
  new Elysia({ name: "sessions-page" })
    .get(adminPaths.sessions, ({ request, server }) => atAdministration(context, request, server, show), {
      detail: { hide: true },
    })
    .post(
      `${adminPaths.sessions}/:id/end`,
      ({ request, server, params: { id } }) =>
        atAdministration(context, request, server, async (visit) => end(visit, await sessionAt(visit, id))),
      { parse: "none", detail: { hide: true } },
    );

async function show(visit: AdminVisit): Promise<Response> {
  const { context, request, words } = visit;
  const query = readParameters(queryText(request), queryNames);
  const person = query.get("person");
  const user = person === undefined ? undefined : await personNamed(visit, person);
  if (person !== undefined && user === undefined) throw nothingHere();
  const sessions = await readPage(query.get("offset"), (part) =>
    pageOfSessions(context, { ...part, userId: user?.id }),
  );
  const people = await foundById(
    sessions.items.map(({ userId }) => userId),
    context.store.users.find,
  );
  const body = (
    <SessionsPage
      {...visit}
      now={context.clock.now()}
      user={user}
      sessions={sessions}
      people={people}
      ownSession={visit.person.session.id}
      csrf={(session) => sessionToken(visit, session)}
      done={query.get("done")}
    />
  );
  return adminPage(visit, { part: "sessions", title: words.sessions.title, body });
}

async function sessionAt({ context }: AdminVisit, id: string): Promise<Session> {
  const session = await context.store.sessions.findById(asSessionId(id));
  if (session === undefined) throw nothingHere();
  return session;
}

async function end(visit: AdminVisit, session: Session): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose(session), sent.get("csrf"));
  try {
    await endSession(context, actorOf(visit), session.id);
  } catch (error) {
    // It has ended meanwhile: that is what was asked for.
    if (!(error instanceof Refused)) throw error;
  }
  const done = "session-ended";
  if (sent.get("from") === "person") return goTo(visit, pathOfPerson(session.userId), { done });
  return goTo(
    visit,
    listAddress(adminPaths.sessions, { person: sent.get("person"), done }, offsetIn(sent.get("offset"))),
  );
}
