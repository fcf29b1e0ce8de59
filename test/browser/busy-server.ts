import type { Page } from "playwright-core";
import { approveClient } from "../../src/administration/clients.ts";
import { rotateKeys } from "../../src/administration/keys.ts";
import { makeAccountLink } from "../../src/administration/links.ts";
import { makeRegistrationToken } from "../../src/administration/registration-tokens.ts";
import { asClientId } from "../../src/brand.ts";
import { paths } from "../../src/http/paths.ts";
import { replaceRecoveryCodes } from "../../src/identity/recovery-codes.ts";
import { startSession } from "../../src/identity/sessions.ts";
import { type ClientMetadata, deviceCodeGrantType } from "../../src/model/client.ts";
import type { User } from "../../src/model/user.ts";
import { before, days, hours, instant, minutes } from "../../src/time.ts";
import { approve, authorize, authorizePath } from "../support/authorization.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { declare } from "../support/declared.ts";
import { createDeviceClient, signedInBrowser } from "../support/devices.ts";
import { grantTokens } from "../support/grants.ts";
import { enrolPasskey } from "../support/passkeys.ts";
import { createPerson, disablePerson, type TestPerson } from "../support/people.ts";
import { registered } from "../support/registration.ts";
import { post, tokenRequest } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { enrolTotp } from "../support/totp.ts";

/** The box of a family that has used it for a month. */
export interface BusyServer {
  readonly server: TestServer;
  /** An administrator with every factor. */
  readonly olga: TestPerson;
  /** A person with apps, devices and every factor. */
  readonly alice: TestPerson;
  /** A server that nobody has set up. */
  readonly bare: TestServer;
  /** A server where nothing has happened yet, and its administrator. */
  readonly quiet: TestServer;
  readonly eve: TestPerson;
  readonly apps: { readonly notes: TestClient; readonly bank: TestClient; readonly tv: TestClient };
  readonly waiting: string;
  /** A request that was refused. */
  readonly requestId: string;
  readonly links: { readonly invite: string; readonly reset: string; readonly recover: string };
}

const system = { kind: "system" } as const;
const browsers = {
  firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  safari:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
  chrome:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
} as const;

export async function startBusyServer(environment: Readonly<Record<string, string>> = {}): Promise<BusyServer> {
  const server = await startTestServer({
    POSTERN_SESSION_TTL: "30d",
    POSTERN_SESSION_MAX_TTL: "60d",
    POSTERN_REGISTRATION: "approval",
    POSTERN_SCOPES: '{"mail.read":"Read your mail","mail.send":"Send mail in your name"}',
    ...environment,
  });
  const olga = await createPerson(server, {
    username: "olga",
    displayName: "Olga Nordin",
    email: "olga@nas.example",
    emailVerified: true,
    role: "admin",
  });
  server.advance(days(20));
  const { alice, invite, reset } = await people(server);
  await enrolTotp(server, olga);
  await replaceRecoveryCodes(server.context, { userId: olga.user.id });
  const apps = await applications(server, alice.user);
  await declared(server);
  const waiting = await registrations(server);
  await use(server, { olga, alice }, apps.notes);
  const requestId = await refusals(server, apps.notes, alice);
  await activity(server);
  const recover = (await makeAccountLink(server.context, { kind: "cli" }, { kind: "recover" })).url;
  const bare = await startTestServer();
  const quiet = await startTestServer();
  const eve = await createPerson(quiet, { username: "eve", role: "admin" });
  return { server, bare, quiet, eve, olga, alice, apps, waiting, requestId, links: { invite, reset, recover } };
}

async function people(server: TestServer) {
  const { context } = server;
  const alice = await createPerson(server, { displayName: "Alice Smith", email: "alice@nas.example" });
  await enrolPasskey(server, alice);
  await enrolPasskey(server, alice, { isBackedUp: true });
  await enrolTotp(server, alice);
  await replaceRecoveryCodes(context, { userId: alice.user.id });
  await disablePerson(server, await createPerson(server, { username: "bob", displayName: "Bob Jones" }));
  const long = "Maximiliane Freifrau von Sonnenschein-Hohenzollern";
  const invited = await createPerson(server, { username: "maximiliane.von-sonnenschein", displayName: long });
  const endless = { displayName: "W".repeat(60), email: `${"w".repeat(60)}@${"w".repeat(60)}.example` };
  await createPerson(server, { username: "w".repeat(60), ...endless });
  const forgetful = await createPerson(server, { username: "carla", displayName: "Carla" });
  for (let person = 1; person <= 24; person++) await createPerson(server, { username: `guest-${person}` });
  const actor = { kind: "cli" } as const;
  const invite = await makeAccountLink(context, actor, { kind: "invite", userId: invited.user.id });
  const reset = await makeAccountLink(context, actor, { kind: "reset", userId: forgetful.user.id });
  return { alice, invite: invite.url, reset: reset.url };
}

async function applications(server: TestServer, alice: User) {
  const web = (client_name: string, host: string, more: Partial<ClientMetadata> = {}) =>
    createClient(server, {
      client_name,
      client_uri: `https://${host}/`,
      redirect_uris: [`https://${host}/callback`],
      grant_types: ["authorization_code", "refresh_token"],
      ...more,
    });
  const notes = await web("Family notes", "notes.nas.example", {
    policy_uri: "https://notes.nas.example/privacy",
    tos_uri: "https://notes.nas.example/terms",
    scope: "openid profile email groups offline_access mail.read mail.send",
  });
  const photos = await web("Photos", "photos.nas.example", { first_party: true });
  const bank = await web("Household accounts", "money.nas.example", { require_mfa: true });
  const tv = await createDeviceClient(server, { grant_types: [deviceCodeGrantType, "refresh_token"] });
  await createClient(server, {
    client_name: "Backup script",
    grant_types: ["client_credentials"],
    scope: "postern:admin",
  });
  await web("W".repeat(60), `${"w".repeat(60)}.example`, { client_uri: `https://x.example/${"w".repeat(200)}` });
  await createClient(server, { client_name: "Mail server", grant_types: [], resource_server: true });
  await createClient(server, { client_name: "Grafana" }, { origin: "file", disabled: true });
  for (const [client, scope] of [
    [notes, ["openid", "profile", "email", "offline_access", "mail.read"]],
    [photos, ["openid", "profile", "offline_access"]],
    [tv, ["openid", "offline_access"]],
  ] as const) {
    const { refreshToken } = await grantTokens(server, { user: alice, client: client.client, scope });
    server.advance(hours(30));
    await tokenRequest(server, client, { grant_type: "refresh_token", refresh_token: refreshToken });
  }
  return { notes, bank, tv };
}

/** What `postern apply` made, from a folder whose name is as long as they get. */
async function declared(server: TestServer) {
  const document = {
    clients: [
      {
        client_id: "files",
        client_name: "Files",
        client_secret: "0123456789abcdefghijklmnopqrstuv",
        redirect_uris: ["https://files.nas.example/callback"],
      },
    ],
    users: [
      { username: "dora", display_name: "Dora", email: "dora@nas.example", email_verified: true, groups: ["family"] },
    ],
    scopes: { "files.read": "Read your files", "files.write": { description: "Change your files", optional: true } },
  };
  await declare(server, document, { place: `/etc/${"w".repeat(80)}/declared.json` });
  const actor = { kind: "cli" } as const;
  await makeRegistrationToken(server.context, actor, { uses: 3, lifetime: days(300) });
}

async function registrations(server: TestServer): Promise<string> {
  const register = async (client_name: string, host: string) => {
    const metadata = { client_name, redirect_uris: [`https://${host}/cb`], client_uri: `https://${host}/` };
    return String((await registered(server, metadata)).client_id);
  };
  await approveClient(server.context, system, asClientId(await register("Chess club", "chess.example")));
  const waiting = await register("Weather station", "weather.example");
  await register("Free Prizes & Postern Support", "prizes.example");
  return waiting;
}

/** Sessions from everywhere. */
async function use(server: TestServer, { olga, alice }: Record<"olga" | "alice", TestPerson>, notes: TestClient) {
  const { context } = server;
  const session = (person: TestPerson, userAgent: string, address: string, amr: readonly string[]) =>
    startSession(context, { user: person.user, amr, address, userAgent, replaces: undefined });
  await session(alice, browsers.firefox, "192.168.1.20", ["pwd", "otp", "mfa"]);
  server.advance(days(2));
  await session(alice, browsers.safari, "2001:db8:5::17", ["pop", "mfa"]);
  await session(olga, browsers.chrome, "192.168.1.4", ["pwd", "otp", "mfa"]);
  server.advance(days(1));
  await context.lastUsed.write();
  await rotateKeys(context, { kind: "user", userId: olga.user.id });
  const browser = await signedInBrowser(server, alice.user);
  await approve(browser, await authorize(browser, notes, { scope: "openid profile" }));
  const grant = (await context.store.grants.list({ userId: alice.user.id, clientId: notes.client.id }))[0];
  if (grant === undefined) throw new Error("alice has no grant for the notes");
  const event = {
    at: context.clock.now(),
    name: "grant.renamed",
    actor: { kind: "user", userId: alice.user.id },
  } as const;
  await context.store.grants.rename({ id: grant.id, userId: alice.user.id, name: "Kitchen tablet", event });
}

/** What went wrong lately. Answers the id of one request. */
async function refusals(server: TestServer, notes: TestClient, alice: TestPerson): Promise<string> {
  await tokenRequest(server, { ...notes, basic: "Basic eDp5" }, { grant_type: "authorization_code", code: "x" });
  await tokenRequest(server, notes, { grant_type: "authorization_code", code: "x", redirect_uri: "x" });
  await post(server, paths.introspection, { token: "x" });
  await server.context.store.users.recordFailure({
    id: alice.user.id,
    now: server.context.clock.now(),
    free: 5,
    first: minutes(1),
    longest: hours(1),
    event: {
      at: server.context.clock.now(),
      name: "sign-in.failed",
      actor: { kind: "anonymous" },
      userId: alice.user.id,
    },
  });
  const answer = await fetch(server.issuer + authorizePath(notes, { redirect_uri: "https://elsewhere.example/cb" }));
  const requestId = answer.headers.get("x-request-id");
  if (requestId === null) throw new Error("the refusal has no request id");
  return requestId;
}

/** A month of sign-ins and tokens. */
async function activity({ context }: TestServer): Promise<void> {
  const now = context.clock.now();
  const hour = (ago: number) => instant(Math.floor(before(now, hours(ago)) / hours(1)) * hours(1));
  const counted = Array.from({ length: 30 * 24 }, (_, ago) => [
    { hour: hour(ago), name: "sign-ins", count: (ago * 7919) % 5 } as const,
    { hour: hour(ago), name: "tokens", count: (ago * 104_729) % 90 } as const,
    { hour: hour(ago), name: "failed-sign-ins", count: ago % 29 === 0 ? 3 : 0 } as const,
  ]).flat();
  await context.store.touch({ grants: [], clients: [], sessions: [], activity: counted });
}

/** Signs a person in, in a browser that has just been opened. */
export async function signInAs(server: TestServer, { user }: TestPerson, page: Page): Promise<void> {
  const cookie = await startSession(server.context, {
    user,
    amr: ["pwd", "otp", "mfa"],
    address: "192.168.1.20",
    userAgent: browsers.firefox,
    replaces: undefined,
  });
  await page.context().addCookies([{ name: "postern", value: cookie.reveal(), url: server.issuer }]);
}

export async function stopBusyServer({ server, bare, quiet }: BusyServer): Promise<void> {
  await server.stop();
  await bare.stop();
  await quiet.stop();
}
