import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { csrfToken } from "../../http/browser.ts";
import { queryText } from "../../http/form.ts";
import { usablePasskeys } from "../../identity/factors.ts";
import {
  addPasskey,
  amrOfPasskey,
  checkNewPasskey,
  mostPasskeys,
  passkeyCreationOptions,
} from "../../identity/passkeys.ts";
import { readParameters } from "../../rules/parameters.ts";
import { goTo } from "../page-visit.ts";
import { accountPaths } from "./account-navigation.ts";
import { type AccountVisit, accountPage, atAccountForSure, sentForm } from "./account-page.ts";
import { carryOn } from "./new-cookie.ts";
import { PasskeysPage } from "./passkeys-view.tsx";

const { passkeys: path } = accountPaths;
const queryNames: ReadonlySet<"done"> = new Set(["done"]);

/** What the form is for, in its token. */
const formPurpose = "account add passkey";

/** A person's passkeys, and how they get another. */
export const passkeysPage = (context: Context) =>
  new Elysia({ name: "account-passkeys" })
    .get(path, ({ request, server }) => atAccountForSure(context, request, server, path, show), {
      detail: { hide: true },
    })
    .post(path, ({ request, server }) => atAccountForSure(context, request, server, path, submit), {
      parse: "none",
      detail: { hide: true },
    });

const show = (visit: AccountVisit): Promise<Response> =>
  list(visit, { done: readParameters(queryText(visit.request), queryNames).get("done") });

async function submit(visit: AccountVisit): Promise<Response> {
  const { context, browser, person, words } = visit;
  const { user, session } = person;
  const sent = await sentForm(visit, formPurpose, ["passkey"]);
  const { userAgent, origin } = browser;
  const response = sent.get("passkey") ?? "";
  const checked = await checkNewPasskey(context, { response, user, browserId: browser.id, userAgent });
  if (checked.outcome === "refused") return list(visit, { problem: words.passkeys.refused });
  const { passkey } = checked;
  switch (await addPasskey(context, { passkey, session: session.id, address: origin.address })) {
    case "added":
      // With a first factor a session that has shown none counts for nothing any more.
      return carryOn(visit, amrOfPasskey(passkey), goTo(visit, path, { done: "passkey-added" }));
    case "too-many":
      return list(visit, { problem: words.passkeys.tooMany });
    case "taken":
    case "missing":
    case "not-first":
      return list(visit, { problem: words.passkeys.refused });
  }
}

interface ListState {
  readonly problem?: string;
  readonly done?: string | undefined;
}

async function list(visit: AccountVisit, { problem, done }: ListState): Promise<Response> {
  const { context, browser, person, words } = visit;
  const { user } = person;
  const factors = await context.store.factors.of(user.id);
  const { passkeys } = factors;
  const isFull = passkeys.length >= mostPasskeys;
  const body = (
    <PasskeysPage
      {...visit}
      now={context.clock.now()}
      passkeys={passkeys}
      usable={new Set(usablePasskeys(context, factors).map(({ id }) => id))}
      needsCodes={(factors.recoveryCodes?.left ?? 0) === 0 && passkeys.length > 0}
      options={await passkeyCreationOptions(context, { user, browserId: browser.id, passkeys })}
      isFull={isFull}
      csrf={csrfToken(context, browser, formPurpose)}
      problems={problem === undefined ? [] : [{ message: problem, fields: [] }]}
      done={done}
    />
  );
  return accountPage(visit, { part: "passkeys", title: words.passkeys.title, body });
}
