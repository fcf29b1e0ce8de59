import { Elysia } from "elysia";
import { pageOfSessions } from "../../administration/sessions.ts";
import type { Context } from "../../context.ts";
import { hasSecondFactor, usablePasskeys } from "../../identity/factors.ts";
import { areFewCodes } from "../../identity/recovery-codes.ts";
import { arePasskeysPossible } from "../../identity/relying-party.ts";
import type { Factors } from "../../model/factor.ts";
import { accountPaths } from "./account-navigation.ts";
import { type AccountVisit, accountPage, atAccount } from "./account-page.ts";
import { type Hint, OverviewPage } from "./overview-view.tsx";
import { personalEvents } from "./personal-events.ts";

const mostShown = 5;

/** What is set up, where the person is signed in, and what happened of late. */
export const overviewPage = (context: Context) =>
  new Elysia({ name: "account-overview" }).get(
    accountPaths.overview,
    ({ request, server }) => atAccount(context, request, server, show),
    { detail: { hide: true } },
  );

async function show(visit: AccountVisit): Promise<Response> {
  const { context, person, texts } = visit;
  const { user, session } = person;
  const { store, clock, lastUsed } = context;
  const factors = await store.factors.of(user.id);
  const sessions = await pageOfSessions(context, { userId: user.id, offset: 0, limit: mostShown });
  const { items: events } = await personalEvents(visit, { limit: mostShown });
  const body = (
    <OverviewPage
      {...visit}
      now={clock.now()}
      user={user}
      passkeys={usablePasskeys(context, factors).length}
      factors={factors}
      hints={hintsFor(context, factors)}
      sessions={sessions.items.map((each) => ({ ...each, lastSeenAt: lastUsed.ofSession(each.id) ?? each.lastSeenAt }))}
      currentSession={session.id}
      events={events}
    />
  );
  return accountPage(visit, { part: "overview", title: texts.home.account, body });
}

/** What is worth doing, the most useful first. */
function hintsFor(context: Context, factors: Factors): readonly Hint[] {
  if (!hasSecondFactor(context, factors)) return [arePasskeysPossible(context.config) ? "passkey" : "app"];
  const [passkey, ...others] = usablePasskeys(context, factors);
  const isAllOnOneDevice =
    factors.totp === undefined && others.length === 0 && passkey !== undefined && !passkey.isBackedUp;
  const left = factors.recoveryCodes?.left ?? 0;
  return [
    ...(left === 0 ? (["no-codes"] as const) : areFewCodes(left) ? (["few-codes"] as const) : []),
    ...(isAllOnOneDevice ? (["another"] as const) : []),
  ];
}
