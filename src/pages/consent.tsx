import { Elysia } from "elysia";
import { isOptionalScope } from "../clients/scopes.ts";
import type { Context } from "../context.ts";
import { checkForm, csrfToken } from "../http/browser.ts";
import { formText, queryText } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import {
  approveAuthorization,
  denyAuthorization,
  handleOfShown,
  lookUpAuthorization,
  type Waiting,
} from "../interaction/authorization.ts";
import { scopeSentence } from "../languages/languages.ts";
import type { User } from "../model/user.ts";
import { OAuthError } from "../oauth-error.ts";
import { readParameters } from "../rules/parameters.ts";
import { lead } from "./authorize.ts";
import { clientFace, hostOf } from "./client-face.ts";
import { ConsentPage } from "./consent-view.tsx";
import { atPage, goTo, pageResponse, textsOf, type Visit } from "./page-visit.ts";
import { boxOf } from "./scope-list.tsx";

const queryNames: ReadonlySet<"handle"> = new Set(["handle"]);
const choiceNames: ReadonlySet<"choice"> = new Set(["choice"]);
const formNames: ReadonlySet<"csrf" | "handle" | "decision"> = new Set(["csrf", "handle", "decision"]);

/** What the form is for, in its token: this one request alone. */
const formPurpose = ({ pending }: Waiting) => `consent ${pending.id}`;

/** Where a person decides what a client may do (RFC 6749 §4.1.1; OIDC Core §3.1.2.4). */
export const consentPage = (context: Context) =>
  new Elysia({ name: "consent-page" })
    .get(paths.consent, ({ request, server }) => atPage(context, request, server, show), { detail: { hide: true } })
    .post(paths.consent, ({ request, server }) => atPage(context, request, server, submit), {
      parse: "none",
      detail: { hide: true },
    });

async function show(visit: Visit): Promise<Response> {
  const { context, request, browser } = visit;
  const handle = readParameters(queryText(request), queryNames).get("handle") ?? "";
  const waiting = await lookUpAuthorization(context, handle, browser);
  if (browser.signedIn === undefined || waiting.step.kind !== "consent")
    return goTo(visit, paths.authorizeContinue, { handle });
  return decisionPage(visit, waiting, await handleOfShown(context, waiting), browser.signedIn.user);
}

/** The answer to this form goes straight to the client: a private-use scheme wants the person's own click (RFC 8252 §7.1). */
async function submit(visit: Visit): Promise<Response> {
  const { context, request, browser } = visit;
  const encoded = await formText(request, formNames);
  const sent = readParameters(encoded, formNames);
  const handle = sent.get("handle") ?? "";
  const waiting = await lookUpAuthorization(context, handle, browser);
  // The session has ended while the page was open: who signs in is asked anew.
  if (browser.signedIn === undefined) return goTo(visit, paths.authorizeContinue, { handle });
  checkForm(context, request, browser, formPurpose(waiting), sent.get("csrf"));
  switch (sent.get("decision")) {
    case "approve":
      return lead(
        visit,
        await approveAuthorization(context, waiting.pending, browser, await declinedIn(visit, waiting, encoded)),
      );
    case "deny":
      return denyAuthorization(context, waiting.pending, browser.signedIn.user, browser.origin);
    default:
      throw new OAuthError("invalid_request", "decision is missing", { page: "invalidRequest" });
  }
}

/**
 * The scopes whose boxes the person has cleared. Only the button of the page says that there were boxes: a script that
 * sends the controls which every consent form has, and no others, allows what was asked for, as it always did. What comes
 * in a form can only take away: a box for what was not asked for is not looked for.
 */
async function declinedIn(
  { context, request }: Visit,
  { asked }: Waiting,
  encoded: string,
): Promise<readonly string[]> {
  if (readParameters(queryText(request), choiceNames).get("choice") === undefined) return [];
  const own = await context.ownScopes();
  const optional = asked.filter((scope) => isOptionalScope(own, scope));
  const ticked = readParameters(encoded, new Set(optional.map(boxOf)));
  return optional.filter((scope) => !ticked.has(boxOf(scope)));
}

async function decisionPage(visit: Visit, waiting: Waiting, handle: string, user: User): Promise<Response> {
  const { context, browser, basePath } = visit;
  const { pending, client, consent, asked, declined } = waiting;
  const { uiLocales, target } = pending.request;
  const texts = await textsOf(visit, uiLocales);
  const own = await context.ownScopes();
  const descriptions = Object.fromEntries(own.sentences);
  const face = clientFace(client, target.redirectUri, texts);
  const returnsTo = hostOf(target.redirectUri);
  const { policy_uri: policyUri, tos_uri: termsUri } = client.metadata;
  const body = (
    <ConsentPage
      texts={texts}
      basePath={basePath}
      csrf={csrfToken(context, browser, formPurpose(waiting))}
      handle={handle}
      client={{ ...face, policyUri, termsUri }}
      scopes={asked.map((name) => ({
        name,
        sentence: scopeSentence(texts, name, descriptions),
        isNew: consent?.scope.includes(name) !== true,
        ...(isOptionalScope(own, name) ? { box: { name: boxOf(name), isTicked: !declined.includes(name) } } : {}),
      }))}
      account={user}
      switchAccountUrl={`${basePath}${paths.signIn}?handle=${handle}&again=1`}
      returnsTo={returnsTo === face.host ? undefined : returnsTo}
    />
  );
  return pageResponse(visit, { texts, title: texts.consent.title, body, formTarget: "client" });
}
