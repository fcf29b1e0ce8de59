import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import type { User } from "../../src/model/user.ts";
import { hours, minutes, seconds } from "../../src/time.ts";
import { TestBrowser } from "../support/browser.ts";
import type { TestClient } from "../support/clients.ts";
import { newDeviceVisit, newWrongCodes, startDevicePageServer } from "../support/device-visits.ts";
import {
  createDeviceClient,
  enterCode,
  openDecision,
  signedInBrowser,
  startDevice,
  storedDevice,
  type TestDevice,
} from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import type { TestServer } from "../support/server.ts";

let server: TestServer;
let tv: TestClient;
let alice: User;
let browser: TestBrowser;
let device: TestDevice;

beforeAll(async () => {
  ({ server, tv, alice } = await startDevicePageServer());
});
afterAll(() => server.stop());
beforeEach(async () => {
  // No count of wrong codes of an earlier test is left.
  server.advance(hours(2));
  ({ browser, device } = await newDeviceVisit({ server, tv, alice }, "openid"));
});

const unknown = "This code is not known or no longer valid.";
const state = async (of = device) => (await storedDevice(server, of))?.state;

const wrongCode = newWrongCodes();

describe("the decision page", () => {
  test("8628-5.4-confirm, DV-13: it shows app, code, scopes, account, the request's origin, and warns of codes that were sent", async () => {
    const waiting = await startDevice(
      server,
      tv,
      { scope: "openid mail.read offline_access" },
      { "user-agent": "TV/1.0", "x-forwarded-for": "192.0.2.44" },
    );
    server.advance(minutes(3));
    const { body } = await openDecision(browser, waiting.userCode);
    const expected = [
      "Living room TV",
      "Verified",
      waiting.userCode,
      "Does your device show exactly this code?",
      "Recognise you when you sign in",
      "Read your mail",
      "Keep its access while you are away",
      "3 minutes ago",
      "192.0.2.44",
      "TV/1.0",
      "Ada Lovelace",
      alice.username,
      "If it came by message, email or phone, do not continue.",
    ];
    for (const words of expected) expect(body).toContain(words);
  });

  test("8628-5.4-possession: a request from another network than the person's is warned of, with both addresses", async () => {
    const seenFrom = async (person: string, asking: string) => {
      const waiting = await startDevice(server, tv, {}, { "x-forwarded-for": asking });
      const visitor = await signedInBrowser(server, alice, { "x-forwarded-for": person });
      return (await openDecision(visitor, waiting.userCode)).body;
    };
    const other = await seenFrom("203.0.113.5", "198.51.100.7");
    for (const words of ["another network than yours", "203.0.113.5", "198.51.100.7", "Your address"])
      expect(other).toContain(words);
    const near = await seenFrom("192.168.1.20", "192.168.1.31");
    for (const words of ["another network", "Your address", "cannot be told"]) expect(near).not.toContain(words);
    expect(await seenFrom("192.168.1.20", "fd00:1::2")).toContain("cannot be told");
    expect(await seenFrom("192.168.1.20", "unknown")).not.toContain("another network");
  });

  test("8628-5.4-confirm: a yes covers the scopes that were shown, though the client has got others back since", async () => {
    const client = await createDeviceClient(server, { scope: "openid mail.read" }, { origin: "registration" });
    const waiting = await startDevice(server, client, { scope: "openid mail.read" });
    const { store, clock } = server.context;
    const allow = (scope: string) =>
      store.clients.update({
        id: client.client.id,
        metadata: { ...client.client.metadata, scope },
        forgetConsents: false,
        event: { at: clock.now(), name: "client.updated", actor: { kind: "client", clientId: client.client.id } },
      });
    await allow("openid");
    const page = await openDecision(browser, waiting.userCode);
    expect([...page.body.matchAll(/data-scope="([^"]+)"/g)].map(([, scope]) => scope)).toEqual(["openid"]);
    await allow("openid mail.read");
    await browser.submit(page, "device-decision", { button: "approve" });
    expect((await storedDevice(server, waiting))?.scope).toEqual(["openid"]);
  });

  test("8628-5.4-confirm: an app that registered itself is called unverified, and no host speaks for it", async () => {
    const stranger = await createDeviceClient(
      server,
      { client_name: "Free films", client_uri: "https://bank.example/", redirect_uris: ["https://bank.example/cb"] },
      { origin: "registration" },
    );
    const { body } = await openDecision(browser, (await startDevice(server, stranger)).userCode);
    expect(body).toContain("Free films");
    expect(body).toContain("Unverified");
    expect(body).not.toContain("bank.example");
    const verified = await createDeviceClient(server, { client_uri: "https://tv.example/" });
    expect((await openDecision(browser, (await startDevice(server, verified)).userCode)).body).toContain("tv.example");
  });

  test("XS-01, XS-12: what a client or a device says of itself is shown as text", async () => {
    const name = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}';
    const client = await createDeviceClient(server, { client_name: name });
    const agent = { "user-agent": "<img src=x onerror=alert(2)>" };
    const decision = await openDecision(browser, (await startDevice(server, client, {}, agent)).userCode);
    expect(decision.body).toContain("&lt;script>");
    expect(decision.body).toContain("&lt;img src=x onerror=alert(2)>");
    const done = await browser.submit(decision, "device-decision", { button: "deny" });
    expect(done.body).toContain("{{7*7}}");
    for (const { body } of [decision, done]) expect(body).not.toMatch(/<script|<img/);
  });

  test("8628-5.4-possession, DV-13: looking changes nothing, and only the button beside the comparison approves", async () => {
    const decision = await openDecision(browser, device.userCode);
    await browser.get(decision.url);
    const handle = decision.forms[0]?.fields.handle ?? "";
    await browser.get(`${paths.deviceDecision}?handle=${handle}&decision=approve`);
    await browser.get(`${paths.device}?user_code=${device.userCode}&decision=approve`);
    expect(await state()).toBe("pending");
    // The form sent without a button, as by Enter, decides nothing.
    expect((await browser.submit(decision, "device-decision")).status).toBe(400);
    const odd = await browser.submit(decision, "device-decision", { fields: { decision: "maybe" } });
    expect(odd.status).toBe(400);
    expect(await state()).toBe("pending");
    const [form] = decision.forms;
    expect(form?.buttons).toEqual({ deny: ["decision", "deny"], approve: ["decision", "approve"] });
    expect(decision.body).not.toMatch(/autofocus|checked/);
  });

  test("8628-3.3.1-complete, DV-13: a code in the link only fills the form, and leaves the address bar", async () => {
    const first = await browser.get(`${paths.device}?user_code=${device.userCode.toLowerCase().replace("-", "")}`);
    expect([first.status, first.location]).toEqual([303, `${server.issuer}/device`]);
    const cookie = first.headers.getSetCookie().find((set) => set.startsWith("postern-device="));
    expect(cookie).toContain("; HttpOnly");
    expect(cookie).toContain("; SameSite=Lax");
    expect(cookie).toContain("; Max-Age=600");
    const entry = await browser.follow(first);
    expect(entry.url).toBe(`${server.issuer}/device`);
    expect(entry.headers.get("referrer-policy")).toBe("no-referrer");
    expect(entry.forms[0]?.fields.user_code).toBe(device.userCode);
    expect(await state()).toBe("pending");
    const decision = await browser.follow(await browser.submit(entry, "device"));
    expect(decision.url).not.toContain(device.userCode);
    await browser.submit(decision, "device-decision", { button: "approve" });
    expect(await state()).toBe("approved");
    expect(browser.cookies.has("postern-device")).toBe(false);
  });

  test("8628-3.3.1-complete: a link with no code in it fills in nothing, and a link is no guess", async () => {
    for (const code of ["<script>", "%00", "AEIOU", "%ff"]) {
      const entry = await browser.open(`${paths.device}?user_code=${code}`);
      expect([entry.url, entry.forms[0]?.fields.user_code]).toEqual([`${server.issuer}/device`, ""]);
    }
    for (let round = 0; round < 10; round++) await browser.open(`${paths.device}?user_code=${wrongCode()}`);
    expect((await enterCode(browser, device.userCode)).status).toBe(303);
  });

  test("8628-3.3-lang: the page speaks the reader's language, and the code stays Latin", async () => {
    const german = { "accept-language": "de-AT, en;q=0.5" };
    const entry = await browser.get(paths.device, { headers: german });
    expect(entry.body).toContain('lang="de"');
    const redirect = await enterCode(browser, device.userCode);
    const decision = await browser.get(redirect.location ?? "", { headers: german });
    expect(decision.body).toContain('lang="de"');
    expect(decision.body).toContain(device.userCode);
    expect((await browser.get(paths.device, { headers: { "accept-language": "tlh" } })).body).toContain('lang="en"');
  });

  test("G-20, G-16: the pages are framed by nobody, kept by nobody and post only to this server", async () => {
    for (const page of [await browser.get(paths.device), await openDecision(browser, device.userCode)]) {
      expect(page.headers.get("content-security-policy")).toContain("form-action 'self'");
      expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(page.headers.get("x-frame-options")).toBe("DENY");
      expect(page.headers.get("cache-control")).toBe("no-store");
      expect(page.headers.get("access-control-allow-origin")).toBeNull();
      expect(page.body).not.toMatch(/<script|style="|onclick/);
    }
  });
});

describe("forged forms", () => {
  test("8628-3.3-csrf, DV-14: a form without the session's token, or from another site, is 403 and changes nothing", async () => {
    const entry = await browser.get(paths.device);
    const decision = await openDecision(browser, device.userCode);
    const stranger = await signedInBrowser(server, await createUser(server));
    const foreign = (await openDecision(stranger, device.userCode)).forms[0]?.fields.csrf ?? "";
    const entryToken = entry.forms[0]?.fields.csrf ?? "";
    const fields = { user_code: device.userCode };
    const refused = [
      await browser.submit(entry, "device", { fields, without: ["csrf"] }),
      await browser.submit(entry, "device", { fields: { ...fields, csrf: foreign } }),
      await browser.submit(entry, "device", { fields, headers: { "sec-fetch-site": "cross-site" } }),
      await browser.submit(entry, "device", { fields, headers: { origin: "https://evil.example" } }),
    ];
    for (const sent of [
      { without: ["csrf"] },
      { fields: { csrf: foreign } },
      { fields: { csrf: entryToken } },
      { headers: { "sec-fetch-site": "cross-site" } },
      { headers: { origin: "https://evil.example" } },
    ]) {
      refused.push(await browser.submit(decision, "device-decision", { ...sent, button: "approve" }));
    }
    for (const { status, headers } of refused) {
      expect([status, headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"]);
    }
    expect(await state()).toBe("pending");
  });

  test("8628-3.3-csrf: a decision cannot be prepared for another session: its handle is bound to the one that entered the code", async () => {
    const decision = await openDecision(browser, device.userCode);
    const handle = decision.forms[0]?.fields.handle ?? "";
    const victim = await signedInBrowser(server, await createUser(server));
    expect((await victim.get(`${paths.deviceDecision}?handle=${handle}`)).location).toBe(`${server.issuer}/device`);
    const own = await openDecision(victim, (await startDevice(server, tv)).userCode);
    for (const forged of [handle, "", "x", `${handle}A`]) {
      const answer = await victim.submit(own, "device-decision", { fields: { handle: forged }, button: "approve" });
      expect([forged, answer.status]).toEqual([forged, 403]);
    }
    expect(await state()).toBe("pending");
  });

  test("8628-3.3-csrf: a handle is good in the session and in the browser that entered the code, not in one of the two", async () => {
    const { url } = await openDecision(browser, device.userCode);
    const [session = "", id = ""] = ["postern", "postern-browser"].map((name) => browser.cookies.get(name));
    const other = await signedInBrowser(server, alice);
    await other.get(paths.device);
    const opened = async (cookies: Readonly<Record<string, string>>) => {
      const visitor = new TestBrowser(server);
      for (const [name, value] of Object.entries(cookies)) visitor.cookies.set(name, value);
      return (await visitor.get(url)).status;
    };
    expect(await opened({ postern: session, "postern-browser": id })).toBe(200);
    expect(await opened({ postern: session, "postern-browser": other.cookies.get("postern-browser") ?? "" })).toBe(303);
    expect(await opened({ postern: other.cookies.get("postern") ?? "", "postern-browser": id })).toBe(303);
  });

  test("8628-3.3-csrf: after another sign-in in the same browser an old form no longer counts", async () => {
    const decision = await openDecision(browser, device.userCode);
    const other = await signedInBrowser(server, await createUser(server));
    browser.cookies.set("postern", other.cookies.get("postern") ?? "");
    expect((await browser.submit(decision, "device-decision", { button: "approve" })).status).toBe(403);
    expect(await state()).toBe("pending");
  });

  test("8628-3.3-unknown: a decision that comes too late is told in the same words, and seconds before the end it counts", async () => {
    const decision = await openDecision(browser, device.userCode);
    server.advance(minutes(30));
    const late = await browser.submit(decision, "device-decision", { button: "approve" });
    expect(late.body).toContain(unknown);
    expect(await state()).toBe("pending");
    const inTime = await startDevice(server, tv);
    const quick = await openDecision(browser, inTime.userCode);
    server.advance(seconds(1799));
    await browser.submit(quick, "device-decision", { button: "approve" });
    expect(await state(inTime)).toBe("approved");
  });
});
