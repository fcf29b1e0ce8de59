import { Elysia } from "elysia";
import { Refused } from "../../administration/refused.ts";
import { endSession, pageOfSessions } from "../../administration/sessions.ts";
import { asSessionId, type SessionId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { csrfToken } from "../../http/browser.ts";
import { queryText } from "../../http/form.ts";
import { readParameters } from "../../rules/parameters.ts";
import { readPage } from "../admin/list-page.ts";
import { goTo } from "../page-visit.ts";
import { accountPaths } from "./account-navigation.ts";
import { type AccountVisit, accountPage, actorOf, atAccount, nothingHere, sentForm } from "./account-page.ts";
import { SessionsPage } from "./sessions-view.tsx";

const queryNames: ReadonlySet<"offset" | "done"> = new Set(["offset", "done"]);

/** What the forms are for, in their tokens. */
const endPurpose = (id: SessionId) => `account end session ${id}`;
const endOthersPurpose = "account end other sessions";

const hidden = { parse: "none", detail: { hide: true } } as const;

/** The browsers in which a person is signed in. */
export const sessionsPage = (context: Context) =>
  new Elysia({ name: "account-sessions" })
    .get(accountPaths.sessions, ({ request, server }) => atAccount(context, request, server, show), {
      detail: { hide: true },
    })
    .post(
      `${accountPaths.sessions}/end-others`,
      ({ request, server }) => atAccount(context, request, server, endOthers),
      hidden,
    )
    .post(
      `${accountPaths.sessions}/:id/end`,
      ({ request, server, params: { id } }) =>
        atAccount(context, request, server, (visit) => end(visit, asSessionId(id))),
      hidden,
    );

async function show(visit: AccountVisit): Promise<Response> {
  const { context, request, browser, person, words } = visit;
  const { user, session } = person;
  const query = readParameters(queryText(request), queryNames);
  const { items, ...page } = await readPage(query.get("offset"), (part) =>
    pageOfSessions(context, { userId: user.id, ...part }),
  );
  const { clock, lastUsed } = context;
  const seen = items.map((each) => ({ ...each, lastSeenAt: lastUsed.ofSession(each.id) ?? each.lastSeenAt }));
  const body = (
    <SessionsPage
      {...visit}
      now={clock.now()}
      sessions={{ ...page, items: seen }}
      currentSession={session.id}
      csrfToEnd={(id) => csrfToken(context, browser, endPurpose(id))}
      csrfToEndOthers={csrfToken(context, browser, endOthersPurpose)}
      done={query.get("done")}
    />
  );
  return accountPage(visit, { part: "sessions", title: words.sessions.title, body });
}

async function end(visit: AccountVisit, id: SessionId): Promise<Response> {
  const { context, browser, person } = visit;
  const session = await context.store.sessions.findById(id);
  if (session?.userId !== person.user.id) throw nothingHere();
  await sentForm(visit, endPurpose(id));
  try {
    await endSession(context, actorOf(visit), id, browser.origin.address);
  } catch (error) {
    // Pressed twice, or ended meanwhile: what was wanted is so.
    if (!(error instanceof Refused)) throw error;
  }
  return goTo(visit, accountPaths.sessions, { done: "session-ended" });
}

async function endOthers(visit: AccountVisit): Promise<Response> {
  const { context, browser, person } = visit;
  await sentForm(visit, endOthersPurpose);
  const { user, session } = person;
  const { address } = browser.origin;
  const event = {
    at: context.clock.now(),
    name: "session.ended",
    actor: actorOf(visit),
    userId: user.id,
    address,
  } as const;
  await context.store.sessions.endOthers({ userId: user.id, keep: session.id, event });
  return goTo(visit, accountPaths.sessions, { done: "sessions-ended" });
}
