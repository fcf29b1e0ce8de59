import { afterAll, beforeAll, expect, test } from "bun:test";
import { makeAccountLink } from "../../src/administration/links.ts";
import { makeSetupLink, setupAddress } from "../../src/administration/setup.ts";
import { createUser } from "../../src/administration/users.ts";
import { paths } from "../../src/http/paths.ts";
import { replaceRecoveryCodes } from "../../src/identity/recovery-codes.ts";
import { hours } from "../../src/time.ts";
import { surelySignedIn } from "../support/account.ts";
import { administratorApi } from "../support/api.ts";
import { authorizationCode, redeem, verifier } from "../support/authorization.ts";
import { TestBrowser } from "../support/browser.ts";
import { createClient, mayRefresh } from "../support/clients.ts";
import { type Collector, startCollector } from "../support/collector.ts";
import { createDeviceClient, startDevice } from "../support/devices.ts";
import { bearer, initialAccessToken, register } from "../support/registration.ts";
import { bodyOf, introspection, post, refresh, revocation, tokenRequest, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { createPersonWithTotp, sendCode } from "../support/totp.ts";

// Secrets of every kind go through real requests, right ones and wrong ones, answered, refused and crashing. None of them
// may stand in anything that the server tells of itself: log, traces of refusals, audit events, metrics, OpenTelemetry.

let collector: Collector;
let server: TestServer;
/** By what it is. */
const planted = new Map<string, string>();
const plant = <Value extends string>(what: string, secret: Value): Value => {
  expect([what, secret.length > 5]).toEqual([what, true]);
  planted.set(what, secret);
  return secret;
};
/** Which kinds of failures there were: a secret in a request that never failed shows nothing. */
const statuses = new Map<string, number>();
const noted = async (what: string, answer: { readonly status: number } | Promise<{ readonly status: number }>) => {
  statuses.set(what, (await answer).status);
};

beforeAll(async () => {
  collector = startCollector();
  server = await startTestServer({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
});
afterAll(() => collector.stop());

/** Everything that the server has told of itself, by where. */
async function told(): Promise<Readonly<Record<string, string>>> {
  const metrics = await (await fetch(server.address + paths.metrics)).text();
  const traces = JSON.stringify(await server.context.traces.list(1000));
  const events = JSON.stringify(await server.context.store.events.list(1000));
  await server.stop();
  return { metrics, traces, events, log: server.logged.join(""), spans: collector.bodies.join("") };
}

async function ofClients(): Promise<void> {
  const person = await createPersonWithTotp(server, { username: "of-clients" });
  const browser = await surelySignedIn(server, person.user);
  const client = await createClient(server, { ...mayRefresh, scope: "openid offline_access" });
  plant("client secret", client.secret ?? "");
  plant("Authorization header of Basic", client.basic.slice("Basic ".length));
  const code = plant(
    "authorization code",
    await authorizationCode(browser, client, { scope: "openid offline_access" }),
  );
  for (const [name, value] of browser.cookies) plant(`cookie ${name}`, value);
  plant("code verifier", verifier);
  const tokens = await bodyOf(redeem(server, client, code));
  const accessToken = plant("access token", String(tokens.access_token));
  const refreshToken = plant("refresh token", String(tokens.refresh_token));
  plant("ID token", String(tokens.id_token));
  await noted("userinfo", userinfo(server, accessToken));
  await noted("introspection", introspection(server, client, accessToken));
  const renewed = await bodyOf(refresh(server, client, refreshToken));
  plant("second access token", String(renewed.access_token));
  await noted("code again", redeem(server, client, code));
  await noted("revocation", revocation(server, client, accessToken));

  const wrong = plant("wrong client secret", "pst_cs_is-not-the-secret");
  await noted("wrong client secret", post(server, paths.token, { client_id: client.id, client_secret: wrong, code }));
  const basic = plant("wrong Basic", Buffer.from(`${client.id}:a wrong one in Basic`).toString("base64"));
  await noted("wrong Basic", post(server, paths.token, { code }, { authorization: `Basic ${basic}` }));
  const token = plant("wrong bearer token", "a-token-that-nobody-has-given-out");
  await noted("wrong bearer", userinfo(server, token));
  await noted(
    "secret in a path",
    fetch(`${server.address}/auth/register/${plant("token in a path", "pst_ra_in-the-path")}`),
  );
  await noted(
    "secret in a lost path",
    fetch(`${server.address}/lost/${plant("token in a lost path", "pst_at_in-a-lost-path")}`),
  );
  await noted(
    "secret in a query",
    fetch(`${server.address}${paths.authorize}?client_secret=${plant("query", "secret-in-a-query")}`),
  );
  const body = plant("member of a refused form", "hidden in a form that is refused");
  await noted(
    "refused form",
    post(server, paths.token, { unknown_member: body, grant_type: body, refresh_token: body }),
  );
  const duplicated = plant("duplicated password", "twice-the-same-secret");
  await noted(
    "duplicated member",
    post(server, paths.token, `client_secret=${duplicated}&client_secret=${duplicated}`),
  );
  const device = await startDevice(server, await createDeviceClient(server));
  plant("device code", device.deviceCode);
  plant("user code", device.userCode);
  await noted(
    "device poll",
    tokenRequest(server, device.client, {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: device.deviceCode,
    }),
  );
  await browser.get(`${paths.device}?user_code=${device.userCode}`);

  const initial = plant("initial access token", await initialAccessToken(server));
  const registered = await bodyOf(register(server, { redirect_uris: ["https://app.example/cb"] }, bearer(initial)));
  plant("registration access token", String(registered.registration_access_token));
  await noted("registration again", register(server, { redirect_uris: ["https://app.example/cb"] }, bearer(initial)));
}

async function ofPeople(): Promise<void> {
  const password = plant("password", "the right password of somebody");
  const person = await createPersonWithTotp(server, { username: "of-people", password });
  const [recoveryCode = ""] = await replaceRecoveryCodes(server.context, { userId: person.user.id });
  const half = async () => {
    const browser = new TestBrowser(server);
    return { browser, page: await browser.follow(await browser.signIn(await browser.get(paths.signIn), person)) };
  };
  const browser = new TestBrowser(server);
  const wrong = plant("wrong password", "a wrong password of somebody");
  await noted(
    "wrong password",
    browser.signIn(await browser.get(paths.signIn), { username: "of-people", password: wrong }),
  );
  const inTheNameField = plant("password in the place of a name", "typed my password here");
  await browser.signIn(await browser.get(paths.signIn), { username: inTheNameField, password });
  const first = await half();
  plant("sealed half sign-in", new URL(first.page.url).searchParams.get("shown") ?? "");
  await noted("wrong code", sendCode(first.browser, first.page, plant("wrong TOTP code", "9135021")));
  await sendCode(first.browser, first.page, plant("TOTP code", person.app.nextCode()));
  for (const [name, value] of first.browser.cookies) plant(`cookie ${name} of a sign-in`, value);
  const second = await half();
  await sendCode(second.browser, second.page, plant("recovery code", recoveryCode));
  const third = await half();
  await noted("recovery code again", sendCode(third.browser, third.page, recoveryCode));

  const signedIn = await surelySignedIn(server, person.user);
  const form = await signedIn.get("/account/password");
  const fields = {
    current_password: plant("wrong current password", "not what it is now"),
    password: plant("new password", "what it will be from now on"),
  };
  await noted(
    "password change",
    signedIn.submit(form, form.forms.find(({ id }) => id.includes("password"))?.id ?? "", { fields }),
  );
  await noted(
    "forged form",
    signedIn.post("/account/password", { ...fields, csrf: plant("forged CSRF token", "forged-csrf-token") }),
  );
}

async function ofLinks(): Promise<void> {
  const operator = { kind: "cli" } as const;
  const invited = await createUser(server.context, operator, { username: "invited", role: "user" });
  const { url } = await makeAccountLink(server.context, operator, { kind: "invite", userId: invited.id });
  plant("account link", new URL(url).searchParams.get("token") ?? "");
  const browser = new TestBrowser(server);
  const chosen = plant("password chosen by a link", "chosen by an invitation");
  await browser.submit(await browser.get(url), "account-link", { fields: { password: chosen } });
  await noted("link again", browser.get(url));
  const setup = setupAddress(server.issuer, await makeSetupLink(server.context, operator));
  plant("setup link", new URL(setup).searchParams.get("token") ?? "");
  await browser.get(setup);
  await noted(
    "wrong setup link",
    browser.get(`${paths.setup}?token=${plant("wrong setup link", "a-setup-link-that-is-wrong")}`),
  );
}

/** Every kind of body, while the store fails in a way that nobody has foreseen. */
async function ofCrashes(): Promise<void> {
  const { store } = server.context;
  const api = await administratorApi(server);
  const page = new TestBrowser(server);
  const signIn = await page.get(paths.signIn);
  const failing = (...given: readonly unknown[]): never => {
    // The worst that a fault can do: it tells what it was given, as the engine's own messages do.
    throw new SyntaxError(
      `JSON Parse error: Unexpected identifier "${JSON.stringify(given)} ${[...planted.values()].at(-1)}"`,
    );
  };
  const { findByName, create } = store.users;
  Object.assign(store.users, { findByName: failing, create: failing });
  const password = plant("password of a crashing sign-in", "it crashes with this password");
  await noted("crash of a sign-in", page.signIn(signIn, { username: "of-people", password }));
  const sent = { username: "crashed", password: plant("password in crashing JSON", "it crashes with this JSON") };
  await noted("crash of the API", api.send("POST", "/users", sent));
  await noted(
    "malformed JSON",
    api.send("POST", "/users", `{"password": ${plant("malformed JSON", "bare-secret-in-json")}`),
  );
  Object.assign(store.users, { findByName, create });
  const finds = server.stores.map(({ clients }) => clients.find);
  for (const { clients } of server.stores) Object.assign(clients, { find: failing });
  const secret = plant("secret of a crashing token request", "pst_cs_it-crashes");
  await noted(
    "crash of a token request",
    post(server, paths.token, { client_id: "somebody", client_secret: secret, grant_type: "x" }),
  );
  for (const [position, { clients }] of server.stores.entries()) Object.assign(clients, { find: finds[position] });
}

test("G-26-secrets-at-rest, G-29-log-redaction: no secret that was sent or given out stands in log, traces, events, metrics or spans", async () => {
  await ofClients();
  await ofPeople();
  server.advance(hours(1));
  await ofLinks();
  await ofCrashes();
  const everything = await told();

  expect(Object.fromEntries(statuses)).toMatchObject({
    "wrong client secret": 401,
    "wrong Basic": 401,
    "wrong bearer": 401,
    "code again": 400,
    "wrong password": 200,
    "forged form": 403,
    "link again": 403,
    "wrong setup link": 403,
    "crash of a sign-in": 500,
    "crash of the API": 500,
    "malformed JSON": 400,
    "crash of a token request": 500,
  });
  for (const [where, text] of Object.entries(everything)) expect([where, text.length > 1000]).toEqual([where, true]);
  expect(everything.log).toContain("a request was answered");
  expect(everything.log).toContain("a request failed");

  const found = Object.entries(everything).flatMap(([where, text]) =>
    [...planted].filter(([, secret]) => holds(text, secret)).map(([what]) => `${what} in the ${where}`),
  );
  expect(found).toEqual([]);
  expect(planted.size).toBeGreaterThan(35);
});

/** Whether it stands there as it is, or as it is written in a form or a path. */
function holds(text: string, secret: string): boolean {
  // A code of digits alone may be a part of any number.
  if (/^\d+$/.test(secret)) return new RegExp(`(?<!\\w)${secret}(?!\\w)`).test(text);
  const encoded = [encodeURIComponent(secret), new URLSearchParams({ "": secret }).toString().slice(1)];
  return [secret, ...encoded].some((form) => text.includes(form));
}
