import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { checkForm, csrfToken, withCookies } from "../http/browser.ts";
import { clearCookie } from "../http/cookies.ts";
import { formOf } from "../http/form.ts";
import { redirectResponse } from "../http/page-response.ts";
import { paths } from "../http/paths.ts";
import { type DeviceRequest, decideDevice, findDeviceRequest, openDecision } from "../interaction/device.ts";
import { scopeSentence } from "../languages/languages.ts";
import { type Client, isVerifiedClient } from "../model/client.ts";
import { OAuthError } from "../oauth-error.ts";
import { formatUserCode } from "../rules/user-code.ts";
import { inSeconds, milliseconds } from "../time.ts";
import type { ClientFace } from "./client-badge.tsx";
import { deviceEntry } from "./device.tsx";
import { DeviceDecisionPage } from "./device-decision-view.tsx";
import { DeviceDonePage } from "./device-done-view.tsx";
import { atDevicePage, type DeviceVisit, devicePageResponse, signInUrl } from "./device-visit.ts";

const DecisionForm = t.Object({
  csrf: t.Optional(t.String()),
  handle: t.Optional(t.String()),
  decision: t.Optional(t.Union([t.Literal("approve"), t.Literal("deny")])),
});

/** What the form is for, in its token. */
const formPurpose = "device decision";

/** Where a person compares the code and decides (RFC 8628 §3.3, §5.4). To look at it changes nothing. */
export const deviceDecisionPage = (context: Context) =>
  new Elysia({ name: "device-decision-page" })
    .get(paths.deviceDecision, ({ request, server }) => atDevicePage(context, request, server, show), {
      detail: { hide: true },
    })
    .post(
      paths.deviceDecision,
      ({ request, server, body }) => atDevicePage(context, request, server, (visit) => submit(visit, body)),
      { parse: formOf(DecisionForm), body: DecisionForm, detail: { hide: true } },
    );

async function show(visit: DeviceVisit): Promise<Response> {
  const { context, request, person, texts } = visit;
  const handle = new URLSearchParams(request.url.split("?", 2)[1]).get("handle") ?? "";
  const userCode = await openDecision(context, person, handle);
  if (userCode === undefined) return redirectResponse(`${context.config.issuer}${paths.device}`);
  const found = await findDeviceRequest(context, userCode);
  return found === undefined
    ? deviceEntry(visit, { problem: texts.device.unknown })
    : decisionPage(visit, found, handle);
}

async function submit(visit: DeviceVisit, form: typeof DecisionForm.static): Promise<Response> {
  const { context, request, browser, person, texts } = visit;
  checkForm(context, request, browser, formPurpose, form.csrf);
  const userCode = form.handle === undefined ? undefined : await openDecision(context, person, form.handle);
  if (userCode === undefined) {
    throw new OAuthError("access_denied", "the form did not come from this session", {
      status: 403,
      page: "forbidden",
    });
  }
  if (form.decision === undefined) throw new OAuthError("invalid_request", "decision is missing");
  const decision = form.decision === "approve" ? "approved" : "denied";
  const found = await findDeviceRequest(context, userCode);
  // Somebody was faster, or it took too long: the same words as for a code that never was (RFC 8628 §5.5).
  if (found === undefined || (await decideDevice(context, person, found, decision)) === "not-pending") {
    return deviceEntry(visit, { problem: texts.device.unknown });
  }
  const words = texts.deviceDone;
  const title = decision === "approved" ? words.approvedTitle : words.deniedTitle;
  const body = <DeviceDonePage texts={texts} outcome={decision} clientName={faceOf(found.client).name} />;
  return withCookies(devicePageResponse(visit, title, body), [clearCookie(context.config, "device")]);
}

async function decisionPage(
  visit: DeviceVisit,
  { code, userCode, client, scope }: DeviceRequest,
  handle: string,
): Promise<Response> {
  const { context, browser, person, texts, basePath } = visit;
  const descriptions = Object.fromEntries(context.config.scopes);
  return devicePageResponse(
    visit,
    texts.deviceDecision.title,
    <DeviceDecisionPage
      texts={texts}
      basePath={basePath}
      action={paths.deviceDecision}
      csrf={csrfToken(context, browser, formPurpose)}
      handle={handle}
      client={faceOf(client)}
      userCode={formatUserCode(userCode)}
      // What was allowed before is asked for again: a device may be a stranger's (RFC 8628 §5.4).
      scopes={scope.map((name) => ({ name, sentence: scopeSentence(texts, name, descriptions), isNew: true }))}
      origin={{
        secondsAgo: inSeconds(milliseconds(Math.max(0, context.clock.now() - code.createdAt))),
        address: code.address ?? "",
        userAgent: code.userAgent,
      }}
      account={person.user}
      switchAccountUrl={await signInUrl(context)}
    />,
  );
}

/**
 * The client as the person sees it. A host is shown only where an administrator stands behind it: nothing of this flow
 * goes there, so anybody could name any.
 */
function faceOf(client: Client): ClientFace {
  const { client_name: name, client_uri: home, redirect_uris: [redirectUri] = [] } = client.metadata;
  const isVerified = isVerifiedClient(client);
  const host = isVerified ? URL.parse(home ?? redirectUri ?? "")?.host : undefined;
  return { name: name ?? client.id, isVerified, host: host === "" ? undefined : host };
}
