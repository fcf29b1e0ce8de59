import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { formText, queryText } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import {
  beginAuthorization,
  continueAuthorization,
  type Progress,
  pauseAuthorization,
} from "../interaction/authorization.ts";
import { authorizationParameterNames, authorizationParameters } from "../interaction/authorization-request.ts";
import { OAuthError } from "../oauth-error.ts";
import { readParameters } from "../rules/parameters.ts";
import { authorizationAnswer } from "./authorization-answer.tsx";
import { browserResponses, inForm, inQuery } from "./browser-endpoint.ts";
import { atPage, goTo, type Visit } from "./page-visit.ts";

const summary = "Authorization endpoint";
const description =
  "RFC 6749 §3.1; OIDC Core §3.1.2.1: a browser is sent here. It signs the person in, asks, and leads back with a code.";
const tags = ["OAuth"];
const maxUrlLength = 15 * 1024;
const handleOnly: ReadonlySet<"handle"> = new Set(["handle"]);

/**
 * The authorization endpoint (RFC 6749 §3.1), and the place that every page of it comes back to. Elysia keeps the last of
 * two equal parameters, so query and form are read as they were sent.
 */
export const authorizationEndpoint = (context: Context) =>
  new Elysia({ name: "authorize" })
    .get(
      paths.authorize,
      ({ request, server }) =>
        atPage(context, request, server, async (visit) => {
          checkLength(request);
          return lead(visit, await beginAuthorization(context, queryText(request), visit.browser));
        }),
      {
        detail: {
          summary,
          description,
          tags,
          parameters: inQuery(authorizationParameters),
          responses: browserResponses,
        },
      },
    )
    .post(
      paths.authorize,
      async ({ request }) => {
        const handle = await pauseAuthorization(context, await formText(request, authorizationParameterNames));
        return goTo({ context }, paths.authorizeContinue, { handle });
      },
      {
        parse: "none",
        detail: {
          summary,
          description,
          tags,
          requestBody: inForm(authorizationParameters),
          responses: browserResponses,
        },
      },
    )
    .get(
      paths.authorizeContinue,
      ({ request, server }) =>
        atPage(context, request, server, async (visit) => {
          const handle = readParameters(queryText(request), handleOnly).get("handle");
          return lead(visit, await continueAuthorization(context, handle, visit.browser));
        }),
      { detail: { hide: true } },
    );

/** RFC 9110 §15.5.15. Bun itself refuses heads over 16 KiB. */
function checkLength({ url }: Request): void {
  if (url.length <= maxUrlLength) return;
  throw new OAuthError("invalid_request", "the URL of the request is too long", { status: 414, page: "tooLarge" });
}

/** To the page whose turn it is, or with the answer to the client. */
export async function lead(visit: Visit, progress: Progress): Promise<Response> {
  switch (progress.kind) {
    case "sign-in":
      return goTo(visit, paths.signIn, { handle: progress.handle });
    case "second-factor":
      return goTo(visit, paths.secondFactor, { handle: progress.handle });
    case "enrolment":
      return goTo(visit, paths.enrolment, { handle: progress.handle });
    case "consent":
      return goTo(visit, paths.consent, { handle: progress.handle });
    case "answer":
      return authorizationAnswer(visit.context, visit.request, progress.answer);
  }
}
