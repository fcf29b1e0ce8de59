import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { type ClientMetadata, deviceCodeGrantType } from "../../src/model/client.ts";
import { minutes, seconds } from "../../src/time.ts";
import { apiWith, problemOf } from "../support/api.ts";
import {
  approve,
  authorizationCode,
  authorize,
  flowTokens,
  openAuthorization,
  outcomeOf,
  pageOf,
  redeem,
  refusalIn,
} from "../support/authorization.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import {
  createDeviceClient,
  decide,
  deviceAuthorization,
  openDecision,
  poll,
  signedInBrowser,
  startDevice,
} from "../support/devices.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { bodyOf, post, refusalOf, textOf } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

// How a person's token comes to the scope postern:admin, and how it does not.

let server: TestServer;
let panel: TestClient;
let admin: TestPerson;
let user: TestPerson;
beforeAll(async () => {
  server = await startTestServer({ POSTERN_REGISTRATION: "open", POSTERN_SCOPES: '{"mail.read":"Read mail"}' });
  panel = await createClient(server, forPanel);
  admin = await createPerson(server, { username: "root", role: "admin" });
  user = await createPerson(server, { username: "ann" });
  await createPerson(server, { username: "root2", role: "admin" });
});
afterAll(() => server.stop());

const forPanel: Partial<ClientMetadata> = {
  client_name: "Console",
  grant_types: ["authorization_code", "refresh_token"],
  scope: "openid offline_access mail.read postern:admin",
};

const browserOf = (person: TestPerson) => signedInBrowser(server, person.user);
const asked = async (token: unknown) => apiWith(server, String(token)).get("/me");

async function setRole({ user: { id } }: TestPerson, role: "admin" | "user"): Promise<void> {
  const event = {
    at: server.context.clock.now(),
    name: "user.updated",
    actor: { kind: "system" },
    userId: id,
  } as const;
  await server.context.store.users.update({ id, changes: { role }, event });
}

describe("the code flow", () => {
  test("RG-05: an administrator can give it to a client that is registered for it, and is told what it is", async () => {
    const browser = await browserOf(admin);
    const page = await openAuthorization(browser, panel, { scope: "postern:admin" });
    expect(pageOf(page)).toBe("consent");
    expect(page.body).toContain("Administer this whole server");
    const tokens = await flowTokens(server, browser, panel, { scope: "postern:admin" });
    expect(tokens).toMatchObject({ scope: "postern:admin", refresh_token: expect.any(String) });
    expect(tokens).not.toHaveProperty("id_token");
    expect((await asked(tokens.access_token)).body).toMatchObject({ kind: "user", username: "root" });
  });

  test("RG-05: nobody else can, and the client is told", async () => {
    const browser = await browserOf(user);
    const answer = await openAuthorization(browser, panel, { scope: "postern:admin" });
    expect(refusalIn(answer)).toMatchObject({ error: "access_denied" });
    const silent = await authorize(browser, panel, { scope: "postern:admin", prompt: "none" });
    expect(refusalIn(silent)).toMatchObject({ error: "consent_required" });
  });

  test("a first-party client gets it from an administrator without asking, and from nobody else", async () => {
    const own = await createClient(server, { ...forPanel, first_party: true });
    expect(outcomeOf(await authorize(await browserOf(admin), own, { scope: "postern:admin" }))).toBe("303 code");
    expect(outcomeOf(await authorize(await browserOf(user), own, { scope: "postern:admin" }))).toBe(
      "303 access_denied",
    );
  });

  test("who signs in at the page is looked at, not who was there before", async () => {
    const browser = await browserOf(admin);
    server.advance(seconds(1));
    const page = await openAuthorization(browser, panel, { scope: "postern:admin", prompt: "login" });
    expect(pageOf(page)).toBe("sign-in");
    expect(refusalIn(await approve(browser, page, user))).toMatchObject({ error: "access_denied" });
  });

  test("S-14-fresh-sign-in: who signed in more than ten minutes ago shows who they are before they are asked, and before the yes", async () => {
    const browser = await browserOf(admin);
    server.advance(minutes(11));
    expect(pageOf(await openAuthorization(browser, panel, { scope: "openid mail.read" }))).toBe("consent");
    const page = await openAuthorization(browser, panel, { scope: "postern:admin", prompt: "consent" });
    expect(pageOf(page)).toBe("sign-in");
    expect(page.forms[0]?.fields.username).toBe("root");
    const consent = await browser.follow(await browser.signIn(page, admin));
    expect(pageOf(consent)).toBe("consent");
    server.advance(minutes(11));
    const late = await browser.follow(await browser.submit(consent, "consent", { button: "approve" }));
    expect(pageOf(late)).toBe("sign-in");
    expect(outcomeOf(await approve(browser, late, admin))).toBe("303 code");
    // The same client may have it again without asking, as long as nobody is asked.
    server.advance(minutes(11));
    expect(outcomeOf(await authorize(browser, panel, { scope: "postern:admin", prompt: "none" }))).toBe("303 code");
  });

  test("RG-05: it stands alone: beside any other scope the request is invalid_scope", async () => {
    const browser = await browserOf(admin);
    for (const scope of ["openid postern:admin", "postern:admin mail.read", "postern:admin offline_access"]) {
      expect(refusalIn(await authorize(browser, panel, { scope }))).toMatchObject({ error: "invalid_scope" });
    }
  });

  test("what the client may not have is left out as ever, and makes no mixture", async () => {
    const browser = await browserOf(admin);
    for (const scope of ["postern:admin postern:introspect", "postern:admin unknown"]) {
      expect(await textOf(redeem(server, panel, await authorizationCode(browser, panel, { scope })), "scope")).toBe(
        "postern:admin",
      );
    }
  });

  test("no other scope over Postern is a person's to give, not even an administrator's", async () => {
    const browser = await browserOf(admin);
    const both = await createClient(server, { ...forPanel, scope: "postern:admin postern:introspect" });
    const code = await authorizationCode(browser, both, { scope: "postern:admin postern:introspect" });
    expect(await textOf(redeem(server, both, code), "scope")).toBe("postern:admin");
    const answer = await authorize(browser, both, { scope: "postern:introspect" });
    expect(refusalIn(answer)).toMatchObject({ error: "invalid_scope" });
  });

  test("without a scope in the request a client of both kinds gets the other kind", async () => {
    const browser = await browserOf(admin);
    const plain = await createClient(server, { ...forPanel, scope: "mail.read postern:admin" });
    const code = await authorizationCode(browser, plain, { scope: undefined });
    expect(await textOf(redeem(server, plain, code), "scope")).toBe("mail.read");
  });

  test("a client that is not registered for it gets what is left without it, or invalid_scope", async () => {
    const browser = await browserOf(admin);
    for (const scope of [undefined, "openid mail.read"]) {
      const { scope: _, ...metadata } = forPanel;
      const other = await createClient(server, { ...metadata, ...(scope === undefined ? {} : { scope }) });
      expect(refusalIn(await authorize(browser, other, { scope: "postern:admin" })).error).toBe("invalid_scope");
      const code = await authorizationCode(browser, other, { scope: "openid postern:admin" });
      expect(await textOf(redeem(server, other, code), "scope")).toBe("openid");
    }
  });

  test("a client that registered itself cannot get it by any name it gives itself", async () => {
    const register = (scope: string) =>
      post(server, paths.registration, JSON.stringify({ redirect_uris: ["https://evil.example/cb"], scope }), {
        "content-type": "application/json",
      });
    expect(await refusalOf(register("postern:admin"))).toBe("400 invalid_client_metadata");
    const evil = await bodyOf(register("openid postern:admin"));
    expect(evil.scope).toBe("openid");
    const replaced = await fetch(String(evil.registration_client_uri), {
      method: "PUT",
      headers: {
        authorization: `Bearer ${evil.registration_access_token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        client_id: evil.client_id,
        redirect_uris: ["https://evil.example/cb"],
        scope: "openid postern:admin",
      }),
    });
    expect((await bodyOf(replaced)).scope).toBe("openid");
    const browser = await browserOf(admin);
    const query = new URLSearchParams({
      response_type: "code",
      client_id: String(evil.client_id),
      redirect_uri: "https://evil.example/cb",
      scope: "postern:admin",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    });
    const answer = await browser.get(`${paths.authorize}?${query}`);
    expect(answer.headers.get("location") ?? "").not.toContain("code=");
    expect(answer.forms.map(({ id }) => id)).not.toContain("consent");
  });

  test("a person who loses the role between the code and its exchange has a token that does nothing", async () => {
    const wavering = await createPerson(server, { username: "wavering", role: "admin" });
    const code = await authorizationCode(await browserOf(wavering), panel, { scope: "postern:admin" });
    await setRole(wavering, "user");
    const answer = await redeem(server, panel, code);
    const token = answer.status === 200 ? (await bodyOf(answer)).access_token : "none";
    expect(problemOf(await asked(token))).toBe("401 invalid_token");
  });

  test("a consent page that was open when the role went gives nothing", async () => {
    const leaving = await createPerson(server, { username: "leaving", role: "admin" });
    const browser = await browserOf(leaving);
    const page = await openAuthorization(browser, panel, { scope: "postern:admin" });
    await setRole(leaving, "user");
    const answer = await browser.submit(page, "consent", { button: "approve" });
    expect(refusalIn(answer)).toMatchObject({ error: "access_denied" });
  });

  test("it ends with the session in which it was given", async () => {
    const browser = await browserOf(admin);
    const tokens = await flowTokens(server, browser, panel, { scope: "postern:admin" });
    expect((await asked(tokens.access_token)).status).toBe(200);
    await browser.follow(await browser.submit(await browser.open(paths.endSession), "sign-out"));
    expect(problemOf(await asked(tokens.access_token))).toBe("401 invalid_token");
  });
});

describe("the device flow", () => {
  const device = () =>
    createDeviceClient(server, {
      client_name: "Console on a wall",
      grant_types: [deviceCodeGrantType, "refresh_token"],
      scope: "openid postern:admin",
    });

  test("RG-05: an administrator can give it", async () => {
    const started = await startDevice(server, await device(), { scope: "postern:admin" });
    const browser = await browserOf(admin);
    expect((await openDecision(browser, started.userCode)).body).toContain("Administer this whole server");
    await decide(browser, started.userCode, "approve");
    const tokens = await bodyOf(poll(server, started));
    expect(tokens.scope).toBe("postern:admin");
    expect((await asked(tokens.access_token)).body).toMatchObject({ kind: "user", username: "root" });
  });

  test("RG-05: nobody else gets to the decision, nor past it with a page that was open before", async () => {
    const started = await startDevice(server, await device(), { scope: "postern:admin" });
    const page = await openDecision(await browserOf(user), started.userCode);
    expect(page.status).toBe(403);
    expect(page.forms.map(({ id }) => id)).not.toContain("device-decision");

    const leaving = await createPerson(server, { username: "leaving-device", role: "admin" });
    const browser = await browserOf(leaving);
    const open = await openDecision(browser, started.userCode);
    await setRole(leaving, "user");
    expect((await browser.submit(open, "device-decision", { button: "approve" })).status).toBe(403);
    expect(await refusalOf(poll(server, started))).toBe("400 authorization_pending");
    expect((await browser.submit(open, "device-decision", { button: "deny" })).status).toBe(200);
  });

  test("S-14-fresh-sign-in: who signed in more than ten minutes ago shows who they are first, and need not type the code again", async () => {
    const started = await startDevice(server, await device(), { scope: "postern:admin" });
    const browser = await browserOf(admin);
    const open = await openDecision(browser, started.userCode);
    server.advance(minutes(11));
    for (const answer of [
      await browser.submit(open, "device-decision", { button: "approve" }),
      await browser.submit(await browser.open(paths.device), "device", { fields: { user_code: started.userCode } }),
    ])
      expect(pageOf(await browser.follow(answer))).toBe("sign-in");
    expect(await refusalOf(poll(server, started))).toBe("400 authorization_pending");
    const page = await browser.open(paths.device);
    const again = await browser.follow(await browser.submit(page, "device"));
    expect(again.forms[0]?.fields.username).toBe("root");
    const entry = await browser.follow(await browser.signIn(again, admin));
    expect(entry.forms[0]?.fields.user_code).toBe(started.userCode);
    const decision = await browser.follow(await browser.submit(entry, "device"));
    expect((await browser.submit(decision, "device-decision", { button: "approve" })).status).toBe(200);
    server.advance(seconds(6));
    expect((await bodyOf(poll(server, started))).scope).toBe("postern:admin");
  });

  test("RG-05: it stands alone, and is for those who are registered for it", async () => {
    const client = await device();
    expect(await refusalOf(deviceAuthorization(server, client, { scope: "openid postern:admin" }))).toBe(
      "400 invalid_scope",
    );
    const other = await createDeviceClient(server, { scope: "openid" });
    expect(await refusalOf(deviceAuthorization(server, other, { scope: "postern:admin" }))).toBe("400 invalid_scope");
  });
});
