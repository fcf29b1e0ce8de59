import { Elysia } from "elysia";
import { Refused } from "../../administration/refused.ts";
import { updateUser } from "../../administration/users.ts";
import type { Context } from "../../context.ts";
import { csrfToken } from "../../http/browser.ts";
import { queryText } from "../../http/form.ts";
import type { AccountTexts } from "../../languages/account/en.ts";
import { languageOf, uiLocales } from "../../languages/languages.ts";
import type { ProfileClaims, User } from "../../model/user.ts";
import { type Parameters, readParameters } from "../../rules/parameters.ts";
import { ownClaims, readOwnClaim } from "../../rules/profile-claims.ts";
import { goTo } from "../page-visit.ts";
import type { Problem } from "../problem-summary.tsx";
import { accountPaths } from "./account-navigation.ts";
import { type AccountVisit, accountPage, actorOf, atAccount, sentForm } from "./account-page.ts";
import { type ProfileField, ProfilePage, type ProfileValues } from "./profile-view.tsx";

const queryNames: ReadonlySet<"done"> = new Set(["done"]);
const fields: readonly ProfileField[] = ["display_name", ...ownClaims, "locale"];

/** What the form is for, in its token. */
const formPurpose = "account profile";

/** What a person says about themselves. */
export const profilePage = (context: Context) =>
  new Elysia({ name: "account-profile" })
    .get(accountPaths.profile, ({ request, server }) => atAccount(context, request, server, show), {
      detail: { hide: true },
    })
    .post(accountPaths.profile, ({ request, server }) => atAccount(context, request, server, submit), {
      parse: "none",
      detail: { hide: true },
    });

async function show(visit: AccountVisit): Promise<Response> {
  const { request, person } = visit;
  const done = readParameters(queryText(request), queryNames).get("done");
  return form(visit, { values: valuesOf(person.user), problems: [], done });
}

async function submit(visit: AccountVisit): Promise<Response> {
  const { context, browser, person, words } = visit;
  const { user } = person;
  const sent = await sentForm(visit, formPurpose, fields);
  const values = sentValues(sent);
  const { claims, problems } = readClaims(user, values, words);
  // Both kinds of problems are shown at once only where both are the form's own.
  if (problems.length > 0) return form(visit, { values, problems });
  try {
    const displayName = values.display_name === "" ? null : values.display_name;
    // The host says how its own users are called.
    const changes = user.hostSubject === undefined ? { displayName, claims } : { claims };
    await updateUser(context, actorOf(visit), user.id, changes, { address: browser.origin.address });
  } catch (error) {
    if (!(error instanceof Refused) || error.member !== "display_name") throw error;
    const { displayName: refused, declared } = words.profile.problems;
    const message = error.refusal === "declared" ? declared : refused;
    const problem = { message, fields: ["display_name"] } as const;
    return form(visit, { values, problems: [problem] });
  }
  return goTo(visit, accountPaths.profile, { done: "profile-saved" });
}

const valuesOf = (user: User): ProfileValues => ({
  display_name: user.displayName ?? "",
  given_name: claimOf(user, "given_name"),
  family_name: claimOf(user, "family_name"),
  nickname: claimOf(user, "nickname"),
  website: claimOf(user, "website"),
  birthdate: claimOf(user, "birthdate"),
  zoneinfo: claimOf(user, "zoneinfo"),
  locale: localeOf(user),
});

const sentValues = (sent: Parameters<ProfileField | "csrf">): ProfileValues => ({
  display_name: sent.get("display_name") ?? "",
  given_name: sent.get("given_name") ?? "",
  family_name: sent.get("family_name") ?? "",
  nickname: sent.get("nickname") ?? "",
  website: sent.get("website") ?? "",
  birthdate: sent.get("birthdate") ?? "",
  zoneinfo: sent.get("zoneinfo") ?? "",
  locale: sent.get("locale") ?? "",
});

function claimOf({ claims }: Pick<User, "claims">, name: string): string {
  const value = claims[name];
  return typeof value === "string" ? value : "";
}

/** The language that was chosen; empty where that is left to the browser. */
function localeOf(user: Pick<User, "claims">): string {
  const chosen = claimOf(user, "locale");
  return chosen === "" ? "" : languageOf([chosen]);
}

/** The claims from now on. What an administrator or an import has said of the person beside these stays. */
function readClaims(
  user: User,
  values: ProfileValues,
  { profile: words }: AccountTexts,
): { readonly claims: ProfileClaims; readonly problems: readonly Problem<ProfileField>[] } {
  const claims = new Map(Object.entries(user.claims));
  const problems: Problem<ProfileField>[] = [];
  for (const claim of ownClaims) {
    const typed = values[claim];
    // What stands there already need not pass.
    if (typed === claimOf(user, claim)) continue;
    const value = typed === "" ? undefined : readOwnClaim(claim, typed);
    if (value !== undefined) claims.set(claim, value);
    else if (typed === "") claims.delete(claim);
    else problems.push({ message: problemWords(claim, words), fields: [claim] });
  }
  const locale = uiLocales.find((known) => known === values.locale);
  if (locale === undefined) claims.delete("locale");
  else if (locale !== localeOf(user)) claims.set("locale", locale);
  return { claims: Object.fromEntries(claims), problems };
}

function problemWords(claim: (typeof ownClaims)[number], { problems }: AccountTexts["profile"]): string {
  switch (claim) {
    case "given_name":
    case "family_name":
    case "nickname":
      return problems.name;
    case "website":
    case "birthdate":
    case "zoneinfo":
      return problems[claim];
  }
}

interface FormState {
  readonly values: ProfileValues;
  readonly problems: readonly Problem<ProfileField>[];
  readonly done?: string | undefined;
}

function form(visit: AccountVisit, state: FormState): Promise<Response> {
  const { context, browser, person, words } = visit;
  const csrf = csrfToken(context, browser, formPurpose);
  const body = <ProfilePage {...visit} {...state} user={person.user} csrf={csrf} />;
  return accountPage(visit, { part: "profile", title: words.profile.title, body });
}
