import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { replaceRecoveryCodes } from "../../src/identity/recovery-codes.ts";
import { days } from "../../src/time.ts";
import { surelySignedIn, wordsOf } from "../support/account.ts";
import { TestBrowser } from "../support/browser.ts";
import { signedInBrowser } from "../support/devices.ts";
import { enrolPasskey } from "../support/passkeys.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { enrolTotp } from "../support/totp.ts";

const path = paths.account;
const parts = ["profile", "password", "passkeys", "authenticator", "recovery-codes", "sessions", "apps", "activity"];

let server: TestServer;
let alice: TestPerson;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SESSION_TTL: "30d" });
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.advance(days(1));
  alice = await createPerson(server, { username: `alice${++count}`, displayName: "Alice Liddell" });
});

const overview = async ({ user } = alice) => wordsOf(await (await surelySignedIn(server, user)).get(path));
const makeCodes = ({ user } = alice) => replaceRecoveryCodes(server.context, { userId: user.id });

describe("the overview", () => {
  test("who it is, what is set up, where they are signed in, and what happened of late", async () => {
    const words = await overview();
    expect(words).toStartWith(`Alice Liddell Signed in as ${alice.username}`);
    expect(words).toContain("Password Set Passkeys None Authenticator app None Recovery codes None");
    expect(words).toContain("An unknown program This one this server itself");
    expect(words).toContain("You signed in.");
  });

  test("a second step is worth having: a passkey where they work, an app where they do not", async () => {
    expect(await overview()).toContain("Worth doing Add a passkey.");
    const bare = await startTestServer({ POSTERN_ISSUER: "https://192.0.2.7" });
    try {
      const { user } = await createPerson(bare);
      const browser = await signedInBrowser(bare, user);
      browser.cookies.set("__Host-postern", browser.cookies.get("postern") ?? "");
      const words = wordsOf(await browser.get(path));
      expect(words).toContain("Worth doing Set up an authenticator app.");
      expect(words).not.toContain("Add a passkey.");
    } finally {
      await bare.stop();
    }
  });

  test("recovery codes are worth making, and a second way where all hangs on one device", async () => {
    await enrolPasskey(server, alice);
    const words = await overview();
    expect(words).toContain("Make recovery codes.");
    expect(words).toContain("Add a second way to sign in.");
    expect(words).toContain("Passkeys 1 passkey");
    await makeCodes();
    expect(await overview()).not.toContain("Make recovery codes.");
    await enrolTotp(server, alice);
    expect(await overview()).toContain("Your account is well protected. There is nothing to do.");
  });

  test("a synced passkey with codes is enough", async () => {
    await enrolPasskey(server, alice, { isBackedUp: true });
    await makeCodes();
    expect(await overview()).toContain("There is nothing to do.");
  });

  test("in the reader's language", async () => {
    const browser = await signedInBrowser(server, alice.user, { "accept-language": "de-AT,de;q=0.9" });
    const page = await browser.get(path);
    expect(page.body).toContain('<html lang="de">');
    expect(wordsOf(page)).toContain("Fügen Sie einen Passkey hinzu.");
  });

  test("a name with markup in it comes out as text", async () => {
    const evil = await createPerson(server, {
      username: `evil${count}`,
      displayName: `<img src=x onerror="alert(1)">`,
    });
    const page = await (await signedInBrowser(server, evil.user)).get(path);
    expect(page.body).not.toContain("<img");
    expect(wordsOf(page)).toStartWith('<img src=x onerror="alert(1)">');
  });
});

describe("every page", () => {
  const namesIn = (body: string) =>
    [...(body.split("<nav")[1] ?? "").matchAll(/<a href="([^"]*)"( aria-current="page")?>/g)].map(
      ([, href, current]) => `${href}${current === undefined ? "" : " here"}`,
    );

  test("leads to the others, and says where one is", async () => {
    const browser = await surelySignedIn(server, alice.user);
    const all = [path, ...parts.map((part) => `${path}/${part}`)];
    for (const at of all) {
      const page = await browser.get(at);
      expect(page.status).toBe(200);
      expect(namesIn(page.body).slice(0, all.length)).toEqual(all.map((each) => (each === at ? `${each} here` : each)));
      expect(page.body).not.toContain(`href="${paths.admin}"`);
    }
  });

  test("an administrator also finds the way to the administration", async () => {
    const root = await createPerson(server, { username: `root${count}`, role: "admin" });
    expect(namesIn((await (await surelySignedIn(server, root.user)).get(path)).body)).toContain(paths.admin);
  });

  test("S-01-cookie: is for who is signed in alone, kept by no cache and framed by nobody", async () => {
    const browser = await surelySignedIn(server, alice.user);
    for (const at of ["", ...parts.map((part) => `/${part}`), "/profile/email", "/passkeys/x", "/apps/connections/x"]) {
      const stranger = await new TestBrowser(server).get(path + at);
      expect(stranger.location).toStartWith(`${server.issuer}${paths.signIn}?next=`);
      const { headers } = await browser.get(path + at);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("content-security-policy")).toContain("form-action 'self'");
    }
  });

  test("what is not there is not found", async () => {
    const browser = await surelySignedIn(server, alice.user);
    expect((await browser.get(`${path}/nothing`)).status).toBe(404);
    expect((await browser.post(`${path}/nothing`, {})).status).toBe(404);
  });

  test("below a path, everything stays below it", async () => {
    const below = await startTestServer({ POSTERN_ISSUER: "https://nas.example/sso", POSTERN_MFA: "optional" });
    try {
      const { user } = await createPerson(below);
      const browser = await surelySignedIn(below, user);
      browser.cookies.set("__Secure-postern", browser.cookies.get("postern") ?? "");
      for (const at of ["", ...parts.map((part) => `/${part}`)]) {
        const { body, status } = await browser.get(path + at);
        expect(status).toBe(200);
        const inside = [...body.matchAll(/ (?:href|action|src)="(\/[^"]*)"/g)].map(([, address = ""]) => address);
        expect(inside.filter((address) => !address.startsWith("/sso/"))).toEqual([]);
      }
    } finally {
      await below.stop();
    }
  });
});
