import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { checkForm, csrfToken, withCookies } from "../http/browser.ts";
import { clearCookie } from "../http/cookies.ts";
import { queryText, readForm } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import { sealAfterSignIn } from "../interaction/after-sign-in.ts";
import {
  checkMayGive,
  type DeviceRequest,
  decideDevice,
  findDeviceRequest,
  lackToAllow,
  openDecision,
  sealDecision,
} from "../interaction/device.ts";
import type { Texts } from "../languages/door/en.ts";
import { scopeSentence } from "../languages/languages.ts";
import { type Client, isVerifiedClient } from "../model/client.ts";
import { OAuthError } from "../oauth-error.ts";
import { nearness } from "../rules/nearness.ts";
import { readParameters } from "../rules/parameters.ts";
import { formatUserCode } from "../rules/user-code.ts";
import { inSeconds, milliseconds } from "../time.ts";
import type { ClientFace } from "./client-badge.tsx";
import { clientName, hostOf } from "./client-face.ts";
import { deviceEntry } from "./device.tsx";
import { DeviceDecisionPage } from "./device-decision-view.tsx";
import { DeviceDonePage } from "./device-done-view.tsx";
import { atDevicePage, type DeviceVisit, switchAccountUrl } from "./device-visit.ts";
import { signInFirst } from "./own-visit.ts";
import { goTo, pageResponse } from "./page-visit.ts";

const queryNames: ReadonlySet<"handle"> = new Set(["handle"]);
const formNames: ReadonlySet<"csrf" | "handle" | "decision"> = new Set(["csrf", "handle", "decision"]);

/** What the form is for, in its token. */
const formPurpose = "device decision";

/** Where a person compares the code and decides (RFC 8628 §3.3, §5.4). To look at it changes nothing. */
export const deviceDecisionPage = (context: Context) =>
  new Elysia({ name: "device-decision-page" })
    .get(paths.deviceDecision, ({ request, server }) => atDevicePage(context, request, server, show), {
      detail: { hide: true },
    })
    .post(paths.deviceDecision, ({ request, server }) => atDevicePage(context, request, server, submit), {
      parse: "none",
      detail: { hide: true },
    });

async function show(visit: DeviceVisit): Promise<Response> {
  const { context, request, person, texts } = visit;
  const handle = readParameters(queryText(request), queryNames).get("handle") ?? "";
  const entered = await openDecision(context, person, handle);
  if (entered === undefined) return goTo(visit, paths.device);
  const found = await findDeviceRequest(context, entered.userCode);
  if (found === undefined) return deviceEntry(visit, { problem: texts.device.unknown });
  checkMayGive(person.user, found.scope);
  const lack = lackToAllow(context, person, found);
  return lack === undefined ? decisionPage(visit, found) : mendFirst(visit, lack);
}

async function submit(visit: DeviceVisit): Promise<Response> {
  const { context, request, browser, person, texts } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose, sent.get("csrf"));
  const shown = await openDecision(context, person, sent.get("handle") ?? "");
  if (shown === undefined) {
    throw new OAuthError("access_denied", "the form did not come from this session", {
      status: 403,
      page: "forbidden",
    });
  }
  const decision = decisionOf(sent.get("decision"));
  const found = await findDeviceRequest(context, shown.userCode, shown.scope);
  // Somebody was faster, or it took too long: the same words as for a code that never was (RFC 8628 §5.5).
  const outcome = found === undefined ? "not-pending" : await decideDevice(context, person, found, decision);
  if (found === undefined || outcome === "not-pending") return deviceEntry(visit, { problem: texts.device.unknown });
  if (outcome !== "decided") return mendFirst(visit, outcome);
  const words = texts.deviceDone;
  const title = decision === "approved" ? words.approvedTitle : words.deniedTitle;
  const body = <DeviceDonePage texts={texts} outcome={decision} clientName={clientName(found.client, texts)} />;
  const response = await pageResponse(visit, { texts, title, body, formTarget: "here" });
  return withCookies(response, [clearCookie(context.config, "device")]);
}

/**
 * The client demands more than a password (`require_mfa`), or what it asks for is so much that somebody must have signed in
 * just now. The code waits in its cookie.
 */
const mendFirst = async (visit: DeviceVisit, lack: "sign-in" | "enrolment"): Promise<Response> =>
  lack === "sign-in"
    ? signInFirst(visit, paths.device)
    : goTo(visit, paths.enrolment, { handle: await sealAfterSignIn(visit.context, { to: "device" }) });

function decisionOf(sent: string | undefined): "approved" | "denied" {
  switch (sent) {
    case "approve":
      return "approved";
    case "deny":
      return "denied";
    default:
      throw new OAuthError("invalid_request", "decision is missing");
  }
}

async function decisionPage(visit: DeviceVisit, waiting: DeviceRequest): Promise<Response> {
  const { code, userCode, client, scope } = waiting;
  const { context, browser, person, texts, basePath } = visit;
  const descriptions = Object.fromEntries((await context.ownScopes()).sentences);
  const body = (
    <DeviceDecisionPage
      texts={texts}
      basePath={basePath}
      action={paths.deviceDecision}
      csrf={csrfToken(context, browser, formPurpose)}
      handle={await sealDecision(context, person, waiting)}
      client={faceOf(client, texts)}
      userCode={formatUserCode(userCode)}
      // What was allowed before is asked for again: a device may be a stranger's (RFC 8628 §5.4).
      scopes={scope.map((name) => ({ name, sentence: scopeSentence(texts, name, descriptions), isNew: true }))}
      origin={{
        secondsAgo: inSeconds(milliseconds(Math.max(0, context.clock.now() - code.createdAt))),
        address: code.address,
        personAddress: person.address,
        nearness: nearness(code.address ?? "unknown", person.address),
        userAgent: code.userAgent,
      }}
      account={person.user}
      switchAccountUrl={await switchAccountUrl(visit)}
    />
  );
  return pageResponse(visit, { texts, title: texts.deviceDecision.title, body, formTarget: "here" });
}

/**
 * The client as the person sees it. A host is shown only where an administrator stands behind it: nothing of this flow
 * goes there, so anybody could name any.
 */
function faceOf(client: Client, texts: Texts): ClientFace {
  const name = clientName(client, texts);
  if (!isVerifiedClient(client)) return { name, isVerified: false };
  const { client_uri: home } = client.metadata;
  return { name, isVerified: true, host: home === undefined ? undefined : hostOf(home) };
}
