import { Elysia } from "elysia";
import { asClientId } from "../brand.ts";
import type { Context } from "../context.ts";
import { checkForm, csrfToken, sessionOf, withCookies } from "../http/browser.ts";
import type { Peer } from "../http/client-address.ts";
import { clearCookie } from "../http/cookies.ts";
import { formText, queryText } from "../http/form.ts";
import { redirectResponse } from "../http/page-response.ts";
import { paths } from "../http/paths.ts";
import {
  checkSignOutRequest,
  isHintOfSession,
  openSignOutRequest,
  returnAddress,
  type SignOutFault,
  type SignOutName,
  type SignOutRequest,
  sealSignOutRequest,
  signOut,
  signOutNames,
  signOutParameters,
} from "../interaction/sign-out-request.ts";
import { OAuthError } from "../oauth-error.ts";
import { readParameters } from "../rules/parameters.ts";
import { browserResponses, inForm, inQuery } from "./browser-endpoint.ts";
import { clientName } from "./client-face.ts";
import { atPage, goTo, pageResponse, textsOf, type Visit } from "./page-visit.ts";
import { SignedOutPage, SignOutPage } from "./sign-out-view.tsx";

const names: ReadonlySet<"csrf" | "handle" | SignOutName> = new Set(["csrf", "handle", ...signOutNames]);

/** What the form is for, in its token. */
const formPurpose = "sign-out";
/** A hint in a URL; a longer one is sent by POST. */
const maxHintInQuery = 8192;
const maxHandleLength = 9 * 1024;

const summary = "Logout endpoint";
const description =
  "OIDC RP-Initiated Logout §2: a browser is sent here. The person is asked where no fitting hint speaks for them.";
const tags = ["OpenID"];

/** The end_session_endpoint (OIDC RP-Initiated Logout §2), and the page that asks first. */
export const signOutPage = (context: Context) =>
  new Elysia({ name: "sign-out-page" })
    .get(paths.endSession, ({ request, server }) => atPage(context, request, server, show), {
      detail: { summary, description, tags, parameters: inQuery(signOutParameters), responses: browserResponses },
    })
    .post(paths.endSession, ({ request, server }) => answerForm(context, request, server), {
      parse: "none",
      detail: { summary, description, tags, requestBody: inForm(signOutParameters), responses: browserResponses },
    });

async function show(visit: Visit): Promise<Response> {
  const { context, request, browser } = visit;
  const query = readParameters(queryText(request), names);
  if ((query.get("id_token_hint") ?? "").length > maxHintInQuery) throw refused("id_token_hint is too long for a URL");
  const handle = query.get("handle");
  const sealed = handle === undefined ? undefined : await openSignOutRequest(context, handle);
  const asked = sealed ?? (await checkSignOutRequest(context, query));
  if (typeof asked === "string") return offer(visit, {}, asked);
  const person = sessionOf(browser);
  if (person === undefined) return done(visit, asked);
  return isHintOfSession(asked, person) ? end(visit, asked) : offer(visit, asked);
}

/**
 * A form of ours ends the session. One from a client's site comes without the session's cookie (SameSite=Lax): what it
 * asks for is checked and goes on as a GET.
 */
async function answerForm(context: Context, request: Request, server: Peer | null): Promise<Response> {
  const sent = readParameters(await formText(request, names), names);
  if (!sent.has("csrf")) {
    const asked = await checkSignOutRequest(context, sent);
    if (typeof asked === "string") throw refused(asked);
    const handle = await sealSignOutRequest(context, asked);
    if (handle.length > maxHandleLength) throw refused("the request is too large");
    return goTo({ context }, paths.endSession, { handle });
  }
  return atPage(context, request, server, async (visit) => {
    checkForm(context, request, visit.browser, formPurpose, sent.get("csrf"));
    return end(visit, (await openSignOutRequest(context, sent.get("handle") ?? "")) ?? {});
  });
}

async function end(visit: Visit, asked: SignOutRequest): Promise<Response> {
  const { context, browser } = visit;
  const person = sessionOf(browser);
  if (person !== undefined) await signOut(context, person, browser.origin.address);
  return withCookies(await done(visit, asked), [clearCookie(context.config, "session")]);
}

/** OIDC RP-Initiated Logout §3: on to the client with its `state` and nothing else. */
async function done(visit: Visit, asked: SignOutRequest): Promise<Response> {
  const returnTo = returnAddress(asked);
  if (returnTo !== undefined) return redirectResponse(returnTo);
  const texts = await textsOf(visit, asked.uiLocales);
  const body = <SignedOutPage texts={texts} basePath={visit.basePath} />;
  return pageResponse(visit, { texts, title: texts.signOut.doneTitle, body, formTarget: "here" });
}

/**
 * OIDC RP-Initiated Logout §2: "the OP SHOULD ask the End-User whether to log out of the OP as well", and MUST where the
 * request did not come from the session's own client.
 */
async function offer(visit: Visit, asked: SignOutRequest, fault?: SignOutFault): Promise<Response> {
  const { context, browser, basePath } = visit;
  const person = sessionOf(browser);
  if (fault !== undefined && person === undefined) throw refused(fault);
  const texts = await textsOf(visit, asked.uiLocales);
  const client =
    asked.clientId === undefined ? undefined : await context.store.clients.find(asClientId(asked.clientId));
  const body = (
    <>
      {fault === undefined ? null : (
        <div class="notice notice-warning">
          <p>{texts.errors.signOutRefused.explanation}</p>
        </div>
      )}
      <SignOutPage
        texts={texts}
        basePath={basePath}
        csrf={csrfToken(context, browser, formPurpose)}
        handle={await sealSignOutRequest(context, asked)}
        account={person?.user}
        clientName={client && clientName(client, texts)}
      />
    </>
  );
  // The way on from here may end at a client.
  return pageResponse(visit, {
    texts,
    title: texts.signOut.title,
    body,
    formTarget: "client",
    status: fault === undefined ? 200 : 400,
  });
}

const refused = (description: string): OAuthError =>
  new OAuthError("invalid_request", description, { page: "signOutRefused" });
