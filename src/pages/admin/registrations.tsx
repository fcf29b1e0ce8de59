import { Elysia } from "elysia";
import { approveClient } from "../../administration/clients.ts";
import {
  listRegistrationTokens,
  makeRegistrationToken,
  revokeRegistrationToken,
} from "../../administration/registration-tokens.ts";
import type { Context } from "../../context.ts";
import { checkForm, csrfToken } from "../../http/browser.ts";
import { queryText, readForm } from "../../http/form.ts";
import type { Client } from "../../model/client.ts";
import { readParameters } from "../../rules/parameters.ts";
import { after, days, hours } from "../../time.ts";
import { isRecentlySignedIn, signInFirst } from "../own-visit.ts";
import { goTo } from "../page-visit.ts";
import { adminPaths } from "./admin-navigation.ts";
import { actorOf, adminPage, asAnswered } from "./admin-page.ts";
import { type ApplicationVisit, asClientAnswered, atApplications, atClient } from "./application-page.ts";
import { readPage } from "./list-page.ts";
import { type Lifetime, lifetimes, RegistrationsPage, type TokenForm, TokenPage } from "./registrations-view.tsx";

const queryNames: ReadonlySet<"waiting" | "unverified" | "done"> = new Set(["waiting", "unverified", "done"]);
const tokenNames: ReadonlySet<"csrf" | "uses" | "lifetime"> = new Set(["csrf", "uses", "lifetime"]);
const formNames: ReadonlySet<"csrf"> = new Set(["csrf"]);

const tokenPurpose = "admin registration token";
/** Good for what was shown: a client may have changed itself since, or somebody else has decided. */
const approvePurpose = ({ id, metadata, approval, disabledAt }: Client) =>
  `admin approve client ${id} ${JSON.stringify({ metadata, approval, disabledAt })}`;
const revokePurpose = (id: string) => `admin revoke registration token ${id}`;
const mostUses = 1000;

const durations = { "1h": hours(1), "1d": days(1), "7d": days(7), "30d": days(30) } as const;

/** Apps that registered themselves, and the tokens that let others do so. */
export const registrationsPage = (context: Context) =>
  new Elysia({ name: "registrations-page" })
    .get(adminPaths.registrations, ({ request, server }) => atApplications(context, request, server, show), {
      detail: { hide: true },
    })
    .post(
      `${adminPaths.registrations}/tokens`,
      ({ request, server }) => atApplications(context, request, server, makeToken),
      { parse: "none", detail: { hide: true } },
    )
    .post(
      `${adminPaths.registrations}/tokens/:id/revoke`,
      ({ request, server, params: { id } }) =>
        atApplications(context, request, server, (visit) => revokeToken(visit, id)),
      { parse: "none", detail: { hide: true } },
    )
    .post(
      `${adminPaths.registrations}/:id/approve`,
      ({ request, server, params: { id } }) => atClient(context, request, server, id, approve),
      { parse: "none", detail: { hide: true } },
    );

const show = (visit: ApplicationVisit): Promise<Response> => page(visit, { uses: "1", lifetime: "1h", problems: [] });

async function page(visit: ApplicationVisit, tokenForm: TokenForm): Promise<Response> {
  const { context, request, browser, apps } = visit;
  const query = readParameters(queryText(request), queryNames);
  const origin = "registration" as const;
  const waiting = await readPage(query.get("waiting"), (part) =>
    context.store.clients.page({ ...part, origin, approval: "waiting" }),
  );
  const unverified = await readPage(query.get("unverified"), (part) =>
    context.store.clients.page({ ...part, origin, approval: "none" }),
  );
  const body = (
    <RegistrationsPage
      {...visit}
      mode={context.config.registration}
      waiting={waiting}
      unverified={unverified}
      approveToken={(client) => csrfToken(context, browser, approvePurpose(client))}
      tokenToken={csrfToken(context, browser, tokenPurpose)}
      tokenForm={tokenForm}
      outstanding={await listRegistrationTokens(context)}
      revokeToken={({ id }) => csrfToken(context, browser, revokePurpose(id))}
      done={query.get("done")}
    />
  );
  return adminPage(visit, { part: "registrations", title: apps.registrations.title, body });
}

async function approve(visit: ApplicationVisit, client: Client): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, approvePurpose(client), sent.get("csrf"));
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, adminPaths.registrations);
  try {
    await approveClient(context, actorOf(visit), client.id);
  } catch (error) {
    throw asClientAnswered(error);
  }
  return goTo(visit, adminPaths.registrations, { done: "approved" });
}

async function revokeToken(visit: ApplicationVisit, id: string): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, revokePurpose(id), sent.get("csrf"));
  try {
    await revokeRegistrationToken(context, actorOf(visit), id);
  } catch (error) {
    throw asAnswered(error);
  }
  return goTo(visit, adminPaths.registrations, { done: "token-revoked" });
}

async function makeToken(visit: ApplicationVisit): Promise<Response> {
  const { context, request, browser, apps } = visit;
  const sent = await readForm(request, tokenNames);
  checkForm(context, request, browser, tokenPurpose, sent.get("csrf"));
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, adminPaths.registrations);
  const typed = sent.get("uses")?.trim() ?? "";
  const uses = /^\d{1,4}$/.test(typed) ? Number(typed) : 0;
  const lifetime: Lifetime = lifetimes.find((known) => known === sent.get("lifetime")) ?? "1h";
  if (uses < 1 || uses > mostUses) {
    const problem = { message: apps.registrations.usesRefused, fields: ["uses"] } as const;
    return page(visit, { uses: typed, lifetime, problems: [problem] });
  }
  const token = await makeRegistrationToken(context, actorOf(visit), { uses, lifetime: durations[lifetime] });
  const body = (
    <TokenPage
      {...visit}
      token={token.reveal()}
      uses={uses}
      expiresAt={after(context.clock.now(), durations[lifetime])}
      issuer={context.config.issuer}
    />
  );
  return adminPage(visit, { part: "registrations", title: apps.registrations.tokenTitle, body });
}
