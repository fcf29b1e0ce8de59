import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { csrfToken } from "../../http/browser.ts";
import { queryText } from "../../http/form.ts";
import { mustHaveSecondFactor, usablePasskeys } from "../../identity/factors.ts";
import { amrOfTotp, beginTotp, confirmTotp, enableTotp } from "../../identity/totp.ts";
import type { Factors } from "../../model/factor.ts";
import { readParameters } from "../../rules/parameters.ts";
import { goTo } from "../page-visit.ts";
import type { Problem } from "../problem-summary.tsx";
import { accountPaths } from "./account-navigation.ts";
import { type AccountVisit, accountPage, actorOf, atAccountForSure, sentForm } from "./account-page.ts";
import { AuthenticatorPage } from "./authenticator-view.tsx";
import { carryOn } from "./new-cookie.ts";

const { authenticator: path } = accountPaths;
const queryNames: ReadonlySet<"done" | "anew"> = new Set(["done", "anew"]);

/** What the forms are for, in their tokens. */
const addPurpose = "account add authenticator";
const removePurpose = "account remove authenticator";

const hidden = { parse: "none", detail: { hide: true } } as const;

/** The authenticator app of a person: set up, moved to another phone, removed. */
export const authenticatorPage = (context: Context) =>
  new Elysia({ name: "account-authenticator" })
    .get(path, ({ request, server }) => atAccountForSure(context, request, server, path, show), {
      detail: { hide: true },
    })
    .post(path, ({ request, server }) => atAccountForSure(context, request, server, path, confirm), hidden)
    .post(`${path}/remove`, ({ request, server }) => atAccountForSure(context, request, server, path, remove), hidden);

async function show(visit: AccountVisit): Promise<Response> {
  const query = readParameters(queryText(visit.request), queryNames);
  return page(visit, { done: query.get("done"), isAnew: query.has("anew") });
}

async function confirm(visit: AccountVisit): Promise<Response> {
  const { context, browser, person, texts } = visit;
  const { user, session } = person;
  const sent = await sentForm(visit, addPurpose, ["seed", "code"]);
  const sealed = sent.get("seed") ?? "";
  const code = sent.get("code");
  const words = texts.enrolment;
  if (code === undefined)
    return page(visit, { isAnew: true, sealed, problem: { message: words.missing, fields: ["code"] } });
  const confirmed = await confirmTotp(context, { user, browserId: browser.id }, { sealed, code });
  switch (confirmed.outcome) {
    case "confirmed": {
      const { address } = browser.origin;
      await enableTotp(context, { userId: user.id, totp: confirmed.totp, session: session.id, address });
      // With a first factor a session that has shown none counts for nothing any more.
      return carryOn(visit, amrOfTotp, goTo(visit, path, { done: "authenticator-added" }));
    }
    case "wrong-code":
      return page(visit, { isAnew: true, sealed, problem: { message: words.wrong, fields: ["code"] } });
    case "expired":
      return page(visit, { isAnew: true, problem: { message: words.expired, fields: ["code"] } });
  }
}

async function remove(visit: AccountVisit): Promise<Response> {
  const { context, browser, person, words } = visit;
  const { user } = person;
  await sentForm(visit, removePurpose);
  if (isNeeded(visit, await context.store.factors.of(user.id)))
    return page(visit, { problem: { message: words.authenticator.needed, fields: [] } });
  const event = {
    at: context.clock.now(),
    name: "totp.disabled",
    actor: actorOf(visit),
    userId: user.id,
    address: browser.origin.address,
  } as const;
  await context.store.factors.disableTotp({ userId: user.id, event });
  return goTo(visit, path, { done: "authenticator-removed" });
}

/** Without it the password alone would open the account. */
const isLast = (context: Context, factors: Factors): boolean =>
  factors.totp !== undefined && usablePasskeys(context, factors).length === 0;

const isNeeded = ({ context, person }: AccountVisit, factors: Factors): boolean =>
  isLast(context, factors) && mustHaveSecondFactor(context, person.user);

interface PageState {
  /** The app is set up in place of one that there is. */
  readonly isAnew?: boolean;
  /** Of a set-up that goes on. */
  readonly sealed?: string;
  readonly problem?: Problem<"code">;
  readonly done?: string | undefined;
}

async function page(visit: AccountVisit, { isAnew = false, sealed, problem, done }: PageState): Promise<Response> {
  const { context, browser, person, words } = visit;
  const { user } = person;
  const factors = await context.store.factors.of(user.id);
  const isAsked = isAnew || factors.totp === undefined;
  const body = (
    <AuthenticatorPage
      {...visit}
      totp={factors.totp}
      enrolment={isAsked ? await beginTotp(context, { user, browserId: browser.id }, sealed) : undefined}
      needsCodes={factors.totp !== undefined && (factors.recoveryCodes?.left ?? 0) === 0}
      isLast={isLast(context, factors)}
      isNeeded={isNeeded(visit, factors)}
      csrfToAdd={csrfToken(context, browser, addPurpose)}
      csrfToRemove={csrfToken(context, browser, removePurpose)}
      problems={problem === undefined ? [] : [problem]}
      done={done}
    />
  );
  return accountPage(visit, { part: "authenticator", title: words.authenticator.title, body });
}
