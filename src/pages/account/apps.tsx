import { Elysia } from "elysia";
import { revokeGrant } from "../../administration/grants.ts";
import { asClientId, asGrantId, type ClientId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { csrfToken } from "../../http/browser.ts";
import type { Peer } from "../../http/client-address.ts";
import { queryText } from "../../http/form.ts";
import { scopeSentence } from "../../languages/languages.ts";
import type { Grant } from "../../model/grant.ts";
import { readDisplayName } from "../../rules/display-name.ts";
import { readParameters } from "../../rules/parameters.ts";
import { clientName } from "../client-face.ts";
import { goTo } from "../page-visit.ts";
import type { Problem } from "../problem-summary.tsx";
import { accountPaths } from "./account-navigation.ts";
import { type AccountVisit, accountPage, actorOf, atAccount, nothingHere, sentForm } from "./account-page.ts";
import { AppsPage } from "./apps-view.tsx";
import { connectedApps } from "./connected-apps.ts";
import { RenameGrantPage } from "./rename-grant-view.tsx";

const { apps: path } = accountPaths;
const queryNames: ReadonlySet<"done"> = new Set(["done"]);

/** What the forms are for, in their tokens. */
const renamePurpose = ({ id }: Grant) => `account rename grant ${id}`;
const disconnectPurpose = ({ id }: Grant) => `account disconnect grant ${id}`;
const revokePurpose = (id: ClientId) => `account revoke client ${id}`;

const hidden = { parse: "none", detail: { hide: true } } as const;

/** What a person has connected, app by app; each can be renamed and disconnected. */
export const appsPage = (context: Context) =>
  new Elysia({ name: "account-apps" })
    .get(path, ({ request, server }) => atAccount(context, request, server, show), { detail: { hide: true } })
    .get(
      `${path}/connections/:id`,
      ({ request, server, params: { id } }) => atGrant(context, request, server, id, showName),
      { detail: { hide: true } },
    )
    .post(
      `${path}/connections/:id`,
      ({ request, server, params: { id } }) => atGrant(context, request, server, id, rename),
      hidden,
    )
    .post(
      `${path}/connections/:id/disconnect`,
      ({ request, server, params: { id } }) => atGrant(context, request, server, id, disconnect),
      hidden,
    )
    .post(
      `${path}/clients/:id/revoke`,
      ({ request, server, params: { id } }) =>
        atAccount(context, request, server, (visit) => revoke(visit, asClientId(id))),
      hidden,
    );

async function show(visit: AccountVisit): Promise<Response> {
  const { context, request, browser, person, texts, words } = visit;
  const apps = await connectedApps(context, person.user.id);
  const descriptions = Object.fromEntries((await context.ownScopes()).sentences);
  const body = (
    <AppsPage
      {...visit}
      now={context.clock.now()}
      apps={apps.map((app) => ({
        ...app,
        name: clientName(app.client, texts),
        sentences: app.scope.map((scope) => scopeSentence(texts, scope, descriptions)),
      }))}
      csrfToDisconnect={(grant) => csrfToken(context, browser, disconnectPurpose(grant))}
      csrfToRevoke={(id) => csrfToken(context, browser, revokePurpose(id))}
      done={readParameters(queryText(request), queryNames).get("done")}
    />
  );
  return accountPage(visit, { part: "apps", title: words.apps.title, body });
}

/** One of the person's connections, and the name of its app. */
interface GrantVisit extends AccountVisit {
  readonly grant: Grant;
  readonly isLive: boolean;
  readonly appName: string;
}

const atGrant = (
  context: Context,
  request: Request,
  peer: Peer | null,
  id: string,
  answer: (visit: GrantVisit) => Promise<Response>,
): Promise<Response> =>
  atAccount(context, request, peer, async (visit) => {
    const grant = await context.store.grants.find(asGrantId(id));
    const client = grant && (await context.store.clients.find(grant.clientId));
    if (grant === undefined || client === undefined || grant.userId !== visit.person.user.id) throw nothingHere();
    const { endedAt, keepUntil } = grant;
    const isLive = endedAt === undefined && (keepUntil === undefined || keepUntil > context.clock.now());
    return answer({ ...visit, grant, isLive, appName: clientName(client, visit.texts) });
  });

async function showName(visit: GrantVisit): Promise<Response> {
  if (!visit.isLive) throw nothingHere();
  return nameForm(visit, visit.grant.name ?? "", []);
}

async function rename(visit: GrantVisit): Promise<Response> {
  const { context, browser, person, grant, words } = visit;
  const sent = await sentForm(visit, renamePurpose(grant), ["name"]);
  const typed = sent.get("name")?.trim() ?? "";
  const name = typed === "" ? undefined : readDisplayName(typed);
  if (typed !== "" && name === undefined)
    return nameForm(visit, typed, [{ message: words.apps.nameRefused, fields: ["name"] }]);
  const { id: userId } = person.user;
  const event = {
    at: context.clock.now(),
    name: "grant.renamed",
    actor: actorOf(visit),
    userId,
    clientId: grant.clientId,
    grantId: grant.id,
    address: browser.origin.address,
  } as const;
  if ((await context.store.grants.rename({ id: grant.id, userId, name, event })) === "missing") throw nothingHere();
  return goTo(visit, path, { done: "grant-renamed" });
}

async function disconnect(visit: GrantVisit): Promise<Response> {
  const { context, browser, person, grant, isLive } = visit;
  await sentForm(visit, disconnectPurpose(grant));
  // Pressed twice, or ended meanwhile by somebody else: what was wanted is so.
  if (!isLive) return goTo(visit, path, { done: "grant-ended" });
  const { clientId } = grant;
  const live = await context.store.grants.list({ userId: person.user.id, clientId, liveAt: context.clock.now() });
  const isLast = live.every(({ id }) => id === grant.id);
  // With the last connection goes what was allowed: the app asks again.
  if (isLast) await withdraw(visit, clientId);
  else await revokeGrant(context, actorOf(visit), grant.id, browser.origin.address);
  return goTo(visit, path, { done: "grant-ended" });
}

async function revoke(visit: AccountVisit, clientId: ClientId): Promise<Response> {
  await sentForm(visit, revokePurpose(clientId));
  if (!(await withdraw(visit, clientId))) throw nothingHere();
  return goTo(visit, path, { done: "app-revoked" });
}

/** Ends every grant and forgets the consent. */
async function withdraw(visit: AccountVisit, clientId: ClientId): Promise<boolean> {
  const { context, browser, person } = visit;
  const { id: userId } = person.user;
  const event = {
    at: context.clock.now(),
    name: "consent.withdrawn",
    actor: actorOf(visit),
    userId,
    clientId,
    address: browser.origin.address,
  } as const;
  return (await context.store.consents.withdraw({ userId, clientId, event })) === "withdrawn";
}

function nameForm(visit: GrantVisit, typed: string, problems: readonly Problem<"name">[]): Promise<Response> {
  const { context, browser, grant, words } = visit;
  const csrf = csrfToken(context, browser, renamePurpose(grant));
  const body = <RenameGrantPage {...visit} csrf={csrf} typed={typed} problems={problems} />;
  return accountPage(visit, { part: "apps", title: words.apps.renameTitle, body });
}
