import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { checkForm, csrfToken, sessionOf, withCookies } from "../http/browser.ts";
import { queryText, readForm } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import { isMultiFactor, lackOf } from "../identity/factors.ts";
import { addPasskey, amrOfPasskey, checkNewPasskey, passkeyCreationOptions } from "../identity/passkeys.ts";
import { replaceRecoveryCodes } from "../identity/recovery-codes.ts";
import { raisedSession, type SignedIn, startSession } from "../identity/sessions.ts";
import { amrOfTotp, beginTotp, confirmTotp, enableTotp } from "../identity/totp.ts";
import type { Texts } from "../languages/door/en.ts";
import { readParameters } from "../rules/parameters.ts";
import { isRecent } from "./own-visit.ts";
import { atPage, goTo, pageResponse, textsOf, type Visit } from "./page-visit.ts";
import type { Problem } from "./problem-summary.tsx";
import { sessionCookies } from "./session-start.ts";
import { asQuery, type Goal, goalOf, goOn, onwardUrl } from "./sign-in-goal.ts";

const queryNames: ReadonlySet<"handle"> = new Set(["handle"]);
const formNames: ReadonlySet<"csrf" | "handle" | "seed" | "code" | "passkey"> = new Set([
  "csrf",
  "handle",
  "seed",
  "code",
  "passkey",
]);

/** What the forms are for, in their tokens. */
const formPurpose = "enrolment";

/** Where a person enrols the first second factor, because the server or a client demands one. */
export const enrolmentPage = (context: Context) =>
  new Elysia({ name: "enrolment-page" })
    .get(paths.enrolment, ({ request, server }) => atPage(context, request, server, show), { detail: { hide: true } })
    .post(paths.enrolment, ({ request, server }) => atPage(context, request, server, submit), {
      parse: "none",
      detail: { hide: true },
    });

async function show(visit: Visit): Promise<Response> {
  const goal = await goalOf(visit, readParameters(queryText(visit.request), queryNames).get("handle"));
  const person = await whoMayEnrol(visit, goal);
  return person instanceof Response ? person : form(visit, goal, person, {});
}

async function submit(visit: Visit): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose, sent.get("csrf"));
  const goal = await goalOf(visit, sent.get("handle"));
  const person = await whoMayEnrol(visit, goal);
  if (person instanceof Response) return person;
  const texts = await textsOf(visit, goal.uiLocales);
  const passkey = sent.get("passkey");
  const enrolled =
    passkey === undefined
      ? await enrolApp(visit, person, texts, { sealed: sent.get("seed") ?? "", code: sent.get("code") })
      : await enrolPasskey(visit, person, texts, passkey);
  return "problem" in enrolled
    ? form(visit, goal, person, enrolled)
    : welcome(visit, goal, person, { texts, amr: enrolled.amr });
}

/**
 * Somebody who has signed in just now, and has no factor yet. Whoever has one shows it instead: a password alone must not
 * get its own factor into an account.
 */
async function whoMayEnrol(visit: Visit, goal: Goal): Promise<SignedIn | Response> {
  const { context, browser } = visit;
  const person = sessionOf(browser);
  if (person === undefined) return goTo(visit, paths.signIn, asQuery(goal));
  if (isMultiFactor(person.session)) return goOn(visit, goal);
  if ((await lackOf(context, person.user, person.session)) === "second-factor")
    return goTo(visit, paths.secondFactor, asQuery(goal));
  return isRecent(context, person) ? person : goTo(visit, paths.signIn, { ...asQuery(goal), again: "1" });
}

type Enrolled = { readonly amr: readonly string[] } | { readonly problem: Problem<"code">; readonly sealed?: string };

async function enrolApp(
  { context, browser }: Visit,
  { user, session: { id: session } }: SignedIn,
  { enrolment: words }: Texts,
  { sealed, code }: { readonly sealed: string; readonly code: string | undefined },
): Promise<Enrolled> {
  const { address } = browser.origin;
  if (code === undefined) return { problem: { message: words.missing, fields: ["code"] }, sealed };
  const confirmed = await confirmTotp(context, { user, browserId: browser.id }, { sealed, code });
  switch (confirmed.outcome) {
    case "wrong-code":
      return { problem: { message: words.wrong, fields: ["code"] }, sealed };
    case "expired":
      return { problem: { message: words.expired, fields: ["code"] } };
    case "confirmed": {
      const { totp } = confirmed;
      return (await enableTotp(context, { userId: user.id, totp, session, address, onlyFirst: true })) === "done"
        ? { amr: amrOfTotp }
        : { problem: { message: words.expired, fields: ["code"] } };
    }
  }
}

async function enrolPasskey(
  { context, browser }: Visit,
  { user, session: { id: session } }: SignedIn,
  { enrolment: words }: Texts,
  response: string,
): Promise<Enrolled> {
  const { userAgent, origin } = browser;
  const checked = await checkNewPasskey(context, { response, user, browserId: browser.id, userAgent });
  const { address } = origin;
  const added =
    checked.outcome === "made" && (await addPasskey(context, { ...checked, session, address, onlyFirst: true }));
  return checked.outcome === "made" && added === "added"
    ? { amr: amrOfPasskey(checked.passkey) }
    : { problem: { message: words.passkeyRefused, fields: [] } };
}

/** The session goes on, now with two factors; the recovery codes are shown this once. */
async function welcome(
  visit: Visit,
  goal: Goal,
  person: SignedIn,
  { texts, amr }: { readonly texts: Texts; readonly amr: readonly string[] },
): Promise<Response> {
  const { context, browser } = visit;
  const { address } = browser.origin;
  const { user, session } = person;
  const codes = await replaceRecoveryCodes(context, { userId: user.id, session: session.id, address });
  const { userAgent } = browser;
  const cookie = await startSession(context, raisedSession(person, amr, { address, userAgent }));
  const { EnrolledPage } = await import("./enrolment-view.tsx");
  const body = (
    <EnrolledPage
      texts={texts}
      basePath={visit.basePath}
      codes={codes}
      username={user.username}
      issuer={context.config.issuer}
      onward={onwardUrl(visit, goal)}
    />
  );
  const response = await pageResponse(visit, { texts, title: texts.recoveryCodes.title, body, formTarget: "here" });
  return withCookies(response, sessionCookies(visit, { user, cookie }));
}

async function form(
  visit: Visit,
  goal: Goal,
  { user }: SignedIn,
  { problem, sealed }: { readonly problem?: Problem<"code">; readonly sealed?: string },
): Promise<Response> {
  const { context, browser, basePath } = visit;
  const texts = await textsOf(visit, goal.uiLocales);
  // Loaded with the first that is shown: most servers enrol a few people in a year.
  const { EnrolmentPage } = await import("./enrolment-view.tsx");
  const browserId = browser.id;
  const { passkeys } = await context.store.factors.of(user.id);
  const body = (
    <EnrolmentPage
      texts={texts}
      basePath={basePath}
      csrf={csrfToken(context, browser, formPurpose)}
      handle={goal.handle}
      account={user}
      totp={await beginTotp(context, { user, browserId }, sealed)}
      passkeyOptions={await passkeyCreationOptions(context, { user, browserId, passkeys })}
      switchAccountUrl={`${basePath}${paths.signIn}?${new URLSearchParams({ ...asQuery(goal), again: "1" })}`}
      problems={problem === undefined ? [] : [problem]}
    />
  );
  return pageResponse(visit, { texts, title: texts.enrolment.title, body, formTarget: "here" });
}
