import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { csrfToken } from "../../http/browser.ts";
import { hasSecondFactor } from "../../identity/factors.ts";
import { replaceRecoveryCodes } from "../../identity/recovery-codes.ts";
import { accountPaths } from "./account-navigation.ts";
import { type AccountVisit, accountPage, atAccountForSure, sentForm } from "./account-page.ts";
import { NewCodesPage, RecoveryCodesPage } from "./recovery-codes-view.tsx";

const { recoveryCodes: path } = accountPaths;

/** What the form is for, in its token. */
const formPurpose = "account recovery codes";

/** The codes that let a person in without their device: how many are left, and new ones. */
export const recoveryCodesPage = (context: Context) =>
  new Elysia({ name: "account-recovery-codes" })
    .get(path, ({ request, server }) => atAccountForSure(context, request, server, path, show), {
      detail: { hide: true },
    })
    .post(path, ({ request, server }) => atAccountForSure(context, request, server, path, submit), {
      parse: "none",
      detail: { hide: true },
    });

async function show(visit: AccountVisit): Promise<Response> {
  const { context, browser, person, words } = visit;
  const factors = await context.store.factors.of(person.user.id);
  const body = (
    <RecoveryCodesPage
      {...visit}
      codes={factors.recoveryCodes}
      hasFactor={hasSecondFactor(context, factors)}
      csrf={csrfToken(context, browser, formPurpose)}
    />
  );
  return accountPage(visit, { part: "recoveryCodes", title: words.recoveryCodes.title, body });
}

/** The codes are the answer itself: they are shown this once. */
async function submit(visit: AccountVisit): Promise<Response> {
  const { context, browser, person, texts } = visit;
  const { user, session } = person;
  await sentForm(visit, formPurpose);
  if (!hasSecondFactor(context, await context.store.factors.of(user.id))) return show(visit);
  const { address } = browser.origin;
  const codes = await replaceRecoveryCodes(context, { userId: user.id, session: session.id, address });
  const body = <NewCodesPage {...visit} codes={codes} username={user.username} issuer={context.config.issuer} />;
  return accountPage(visit, { part: "recoveryCodes", title: texts.recoveryCodes.title, body });
}
