import type { Page } from "playwright-core";
import { makeSetupLink } from "../../src/administration/setup.ts";
import { paths } from "../../src/http/paths.ts";
import { replaceRecoveryCodes } from "../../src/identity/recovery-codes.ts";
import { authorizePath } from "../support/authorization.ts";
import { startDevice } from "../support/devices.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { appWith, enrolTotp } from "../support/totp.ts";
import { type BusyServer, signInAs } from "./busy-server.ts";

/** A page in one of its states, and the way there in a browser that has just been opened. */
export interface Way {
  readonly name: string;
  open(page: Page, busy: BusyServer): Promise<unknown>;
}

let people = 0;

/** Somebody of their own for a way that changes what it meets. */
const somebody = ({ server }: BusyServer): Promise<TestPerson> => {
  people += 1;
  return createPerson(server, { username: `somebody-${people}`, displayName: "Sam Somebody" });
};

const at =
  (path: string): Way["open"] =>
  (page, { server }) =>
    page.goto(server.issuer + path);

const as =
  (who: "alice" | "olga", open: Way["open"]): Way["open"] =>
  async (page, busy) => {
    await signInAs(busy.server, busy[who], page);
    await open(page, busy);
  };

async function sendPassword(page: Page, { username, password }: TestPerson): Promise<void> {
  await page.fill("#username", username);
  await page.fill("#password", password);
  await page.click("#sign-in-button");
}

const authorization =
  (app: keyof BusyServer["apps"], changes: Parameters<typeof authorizePath>[1] = {}): Way["open"] =>
  (page, { server, apps }) =>
    page.goto(server.issuer + authorizePath(apps[app], changes));

const secondFactor: Way["open"] = async (page, busy) => {
  await page.goto(busy.server.issuer + paths.signIn);
  await sendPassword(page, busy.alice);
  await page.waitForSelector("#verify-button");
};

const deviceDecision: Way["open"] = as("alice", async (page, { server, apps }) => {
  const agent = { "user-agent": "LivingRoomTV/4.2 (webOS)" };
  const { userCode } = await startDevice(server, apps.tv, { scope: "openid profile offline_access" }, agent);
  await page.goto(`${server.issuer}${paths.device}?user_code=${userCode}`);
  await page.click("#continue");
  await page.waitForSelector("#deny");
});

const enrolment: Way["open"] = async (page, busy) => {
  await authorization("bank")(page, busy);
  await sendPassword(page, await somebody(busy));
  await page.waitForSelector("#confirm-totp");
};

/** Every page that people pass through, in each of its states. */
export const doorPages: readonly Way[] = [
  { name: "home", open: at(paths.home) },
  { name: "home-person", open: as("alice", at(paths.home)) },
  { name: "home-administrator", open: as("olga", at(paths.home)) },
  { name: "home-not-set-up", open: (page, { bare }) => page.goto(`${bare.issuer}/`) },
  {
    name: "setup",
    open: async (page, { bare }) => {
      const link = await makeSetupLink(bare.context, { kind: "cli" });
      await page.goto(`${bare.issuer}${paths.setup}?token=${link.reveal()}`);
    },
  },
  { name: "sign-in", open: at(paths.signIn) },
  { name: "sign-in-to-an-app", open: authorization("notes") },
  {
    name: "sign-in-refused",
    open: async (page, busy) => {
      await page.goto(busy.server.issuer + paths.signIn);
      await sendPassword(page, { ...busy.alice, username: "nobody", password: "wrong wrong wrong" });
      await page.waitForSelector("[role=alert]:visible");
    },
  },
  { name: "second-factor", open: secondFactor },
  {
    name: "second-factor-refused",
    open: async (page, busy) => {
      await secondFactor(page, busy);
      await page.fill("#code", "000000");
      await page.click("#verify-button");
      await page.waitForSelector("#code[aria-invalid]");
    },
  },
  {
    name: "second-factor-recovered",
    open: async (page, busy) => {
      const person = await somebody(busy);
      await enrolTotp(busy.server, person);
      const [code = ""] = await replaceRecoveryCodes(busy.server.context, { userId: person.user.id });
      await page.goto(busy.server.issuer + paths.signIn);
      await sendPassword(page, person);
      await page.fill("#code", code);
      await page.click("#verify-button");
      await page.waitForSelector("#continue");
    },
  },
  { name: "enrolment", open: enrolment },
  {
    name: "enrolment-done",
    open: async (page, busy) => {
      await enrolment(page, busy);
      const key = await page.textContent("#totp-key");
      await page.fill("#code", appWith(busy.server, key ?? "").code());
      await page.click("#confirm-totp");
      await page.waitForSelector("#recovery-codes");
    },
  },
  {
    name: "link-invite-typing",
    open: async (page, { links }) => {
      await page.goto(links.invite);
      await page.locator("#password").pressSequentially("horses and staples");
      await page.waitForSelector(".strength:visible");
    },
  },
  { name: "link-invite", open: (page, { links }) => page.goto(links.invite) },
  { name: "link-reset", open: (page, { links }) => page.goto(links.reset) },
  { name: "link-recover", open: (page, { links }) => page.goto(links.recover) },
  { name: "link-unknown", open: at(`${paths.accountLink}?token=unknown`) },
  {
    name: "consent",
    open: as("alice", authorization("notes", { scope: "openid profile email offline_access mail.read mail.send" })),
  },
  { name: "consent-first", open: as("olga", authorization("notes", { scope: "openid profile email groups" })) },
  { name: "device-code", open: as("alice", at(paths.device)) },
  {
    name: "device-code-unknown",
    open: as("alice", async (page, { server }) => {
      await page.goto(server.issuer + paths.device);
      await page.fill("#user_code", "BBBB-BBBB");
      await page.click("#continue");
      await page.waitForSelector("[role=alert]");
    }),
  },
  { name: "device-decision", open: deviceDecision },
  ...(["approve", "deny"] as const).map((decision) => ({
    name: `device-${decision}`,
    open: async (page: Page, busy: BusyServer) => {
      await deviceDecision(page, busy);
      await page.click(`#${decision}`);
      await page.waitForSelector(".outcome");
    },
  })),
  { name: "sign-out", open: as("alice", at(paths.endSession)) },
  {
    name: "signed-out",
    open: as("alice", async (page, { server }) => {
      await page.goto(server.issuer + paths.endSession);
      await page.click("#confirm");
      await page.waitForSelector(".outcome");
    }),
  },
  { name: "error-unknown-client", open: at(`${paths.authorize}?client_id=nobody&response_type=code`) },
  { name: "error-redirect", open: authorization("notes", { redirect_uri: "https://elsewhere.example/cb" }) },
  { name: "error-nothing-here", open: at(`${paths.account}/nowhere`) },
  { name: "error-not-allowed", open: as("alice", at(paths.admin)) },
  { name: "error-setup-link", open: at(`${paths.setup}?token=used`) },
];
