import type { Page, Response } from "playwright-core";
import { updateClient } from "../../src/administration/clients.ts";
import { updateUser } from "../../src/administration/users.ts";
import { clientKinds } from "../../src/clients/kinds.ts";
import { paths } from "../../src/http/paths.ts";
import { createClient } from "../support/clients.ts";
import { createPerson } from "../support/people.ts";
import { appWith, enrolTotp } from "../support/totp.ts";
import { type BusyServer, signInAs } from "./busy-server.ts";
import type { Way } from "./door-pages.ts";

// Pages that no link leads to: answers to forms, and those that wear another face for another query.

let made = 0;
const another = () => {
  made += 1;
  return made;
};

/** Whom `postern apply` has declared. */
async function idOfDora({ server }: BusyServer): Promise<string> {
  const dora = await server.context.store.users.findByName("dora");
  if (dora === undefined) throw new Error("there is no dora");
  return dora.id;
}

/** Opens a page as the administrator, and goes on from there. */
const olgaAt =
  (path: string, goOn: (page: Page) => Promise<unknown> = async () => undefined): Way["open"] =>
  async (page, { server, olga }) => {
    await signInAs(server, olga, page);
    await page.goto(`${server.issuer}${paths.admin}${path}`);
    await goOn(page);
  };

/** The same as a person without anything, who is nobody else. */
const newcomerAt =
  (path: string, goOn: (page: Page, busy: BusyServer) => Promise<unknown>, hasApp = false): Way["open"] =>
  async (page, busy) => {
    const person = await createPerson(busy.server, { username: `newcomer-${another()}` });
    if (hasApp) await enrolTotp(busy.server, person);
    await signInAs(busy.server, person, page);
    await page.goto(`${busy.server.issuer}${paths.account}${path}`);
    await goOn(page, busy);
  };

const press =
  (button: string, fields: Readonly<Record<string, string>> = {}) =>
  async (page: Page): Promise<void> => {
    for (const [id, value] of Object.entries(fields)) await page.fill(`#${id}`, value);
    const isAnswer = (answer: Response) => answer.request().method() === "POST";
    await Promise.all([page.waitForResponse(isAnswer), page.click(`#${button}`)]);
    await page.waitForLoadState();
  };

const accountPages: readonly Way[] = [
  {
    name: "account-authenticator-done",
    open: newcomerAt("/authenticator", async (page, { server }) => {
      const key = await page.textContent("#totp-key");
      await press("confirm-totp", { code: appWith(server, key ?? "").code() })(page);
    }),
  },
  {
    name: "account-authenticator-refused",
    open: newcomerAt("/authenticator", press("confirm-totp", { code: "000000" })),
  },
  { name: "account-recovery-codes-made", open: newcomerAt("/recovery-codes", press("make-codes-button"), true) },
  {
    name: "account-password-refused",
    open: newcomerAt(
      "/password",
      press("change-password-button", { current_password: "wrong", new_password: "plain old words" }),
    ),
  },
];

const adminPages: readonly Way[] = [
  {
    name: "admin-person-invited",
    open: async (page, busy) => {
      const username = `guest.of.olga-${another()}`;
      await olgaAt("/people/new", press("save", { username }))(page, busy);
    },
  },
  { name: "admin-person-refused", open: olgaAt("/people/new", press("save", { username: "olga" })) },
  {
    name: "admin-person-declared",
    open: async (page, busy) => olgaAt(`/people/${await idOfDora(busy)}/edit`)(page, busy),
  },
  {
    name: "admin-person-outdated",
    open: async (page, busy) => {
      const { server } = busy;
      const { user } = await createPerson(server, { username: `overtaken-${another()}` });
      await olgaAt(`/people/${user.id}/edit`, async (opened) => {
        await updateUser(server.context, { kind: "cli" }, user.id, { displayName: "Theirs" });
        await press("save", { display_name: "Mine" })(opened);
      })(page, busy);
    },
  },
  {
    name: "admin-client-outdated",
    open: async (page, busy) => {
      const { client } = await createClient(busy.server, { client_name: `Overtaken ${another()}` });
      await olgaAt(`/clients/${client.id}/edit`, async (opened) => {
        const metadata = { ...client.metadata, client_name: "Theirs" };
        await updateClient(busy.server.context, { kind: "cli" }, client.id, metadata);
        await press("save", { client_name: "Mine" })(opened);
      })(page, busy);
    },
  },
  { name: "admin-scopes", open: olgaAt("/scopes") },
  ...clientKinds.map((kind) => ({ name: `admin-client-new-${kind}`, open: olgaAt(`/clients/new?kind=${kind}`) })),
  { name: "admin-client-new-recipe", open: olgaAt("/clients/new?recipe=grafana") },
  {
    name: "admin-client-made",
    open: olgaAt(
      "/clients/new?kind=web",
      press("create-client", { client_name: "Wiki", redirect_uris: "https://wiki.nas.example/callback" }),
    ),
  },
  {
    name: "admin-client-refused",
    open: olgaAt("/clients/new?kind=web", press("create-client", { client_name: "Wiki", redirect_uris: "wiki" })),
  },
  {
    name: "admin-client-secret-added",
    open: async (page, busy) => {
      await olgaAt(`/clients/${busy.apps.bank.id}`, (opened) => opened.locator("#add-secret-button").count())(
        page,
        busy,
      );
      // Two are the most: in an earlier round it has been added.
      if ((await page.locator("#add-secret-button").count()) > 0) await press("add-secret-button")(page);
    },
  },
  { name: "admin-registration-token", open: olgaAt("/registrations", press("make-token")) },
  { name: "admin-request-unknown", open: olgaAt("/requests?id=nothing") },
  { name: "admin-nobody-found", open: olgaAt("/people?q=zzzzzz") },
];

/** What the links of `follow` do not lead to. */
export const deskPages: readonly Way[] = [...accountPages, ...adminPages];
