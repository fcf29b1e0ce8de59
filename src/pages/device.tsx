import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { checkForm, csrfToken, withCookies } from "../http/browser.ts";
import { clearCookie, readCookie, setCookie } from "../http/cookies.ts";
import { formText, queryText } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import { enterUserCode, sealDecision } from "../interaction/device.ts";
import { checkParameters, type Parameters, parseParameters } from "../rules/parameters.ts";
import { checkUserCodeInput, formatUserCode, normaliseUserCode } from "../rules/user-code.ts";
import { DeviceCodePage } from "./device-code-view.tsx";
import { atDevicePage, type DeviceVisit, switchAccountUrl } from "./device-visit.ts";
import { goTo, pageResponse } from "./page-visit.ts";

const formNames: ReadonlySet<"csrf" | "user_code"> = new Set(["csrf", "user_code"]);

/** What the form is for, in its token. */
const formPurpose = "device code";

/** How long a code waits in the cookie while the person signs in. */
const prefillSeconds = 600;

/** Where a person enters the code that a device shows (RFC 8628 §3.3): sign-in, code, decision, back to the device. */
export const deviceCodePage = (context: Context) =>
  new Elysia({ name: "device-code-page" })
    .get(
      paths.device,
      ({ request, server }) => {
        const brought = readEntry(queryText(request)).get("user_code");
        return brought === undefined ? atDevicePage(context, request, server, show) : keepCode(context, brought);
      },
      { detail: { hide: true } },
    )
    .post(paths.device, ({ request, server }) => atDevicePage(context, request, server, submit), {
      parse: "none",
      detail: { hide: true },
    });

/**
 * RFC 8628 §3.3.1: a code in the link only fills the form. It leaves the address bar at once, to stay in no history;
 * nothing is looked up.
 *
 * @throws OAuthError invalid_request, over 64 characters
 */
function keepCode(context: Context, brought: string): Response {
  checkUserCodeInput(brought);
  const userCode = normaliseUserCode(brought);
  const cookie = userCode === undefined ? clearCookie(context.config, "device") : prefillCookie(context, userCode);
  return withCookies(goTo({ context }, paths.device), [cookie]);
}

const prefillCookie = ({ config }: Pick<Context, "config">, userCode: string): string =>
  setCookie(config, "device", formatUserCode(userCode), prefillSeconds);

const show = (visit: DeviceVisit): Promise<Response> =>
  deviceEntry(visit, { userCode: readCookie(visit.context.config, visit.request, "device") });

async function submit(visit: DeviceVisit): Promise<Response> {
  const { context, request, browser, person, texts } = visit;
  const sent = readEntry(await formText(request, formNames));
  checkForm(context, request, browser, formPurpose, sent.get("csrf"));
  const typed = sent.get("user_code");
  if (typed === undefined) return deviceEntry(visit, { problem: texts.device.missing });
  checkUserCodeInput(typed);
  const found = await enterUserCode(context, person, typed);
  if (found === undefined) return deviceEntry(visit, { userCode: typed, problem: texts.device.unknown });
  const handle = await sealDecision(context, person, found);
  // Should the person go on to sign in as somebody else, the code need not be typed again.
  return withCookies(goTo(visit, paths.deviceDecision, { handle }), [prefillCookie(context, found.userCode)]);
}

interface Entry {
  readonly userCode?: string | undefined;
  readonly problem?: string;
}

/** The form for the code, with what was wrong the last time. */
export async function deviceEntry(visit: DeviceVisit, { userCode, problem }: Entry): Promise<Response> {
  const { context, browser, person, texts, basePath } = visit;
  const body = (
    <DeviceCodePage
      texts={texts}
      basePath={basePath}
      csrf={csrfToken(context, browser, formPurpose)}
      userCode={userCode}
      problems={problem === undefined ? [] : [{ message: problem, fields: ["user_code"] }]}
      account={person.user}
      switchAccountUrl={await switchAccountUrl(visit)}
    />
  );
  const response = await pageResponse(visit, { texts, title: texts.device.title, body, formTarget: "here" });
  // A code that was wrong is not filled in another time.
  return problem === undefined ? response : withCookies(response, [clearCookie(context.config, "device")]);
}

/** Like all parameters, but that octets which are no text are a code like any other: a wrong one. */
function readEntry(encoded: string): Parameters<"csrf" | "user_code"> {
  const { values, duplicated, malformed } = parseParameters(encoded, formNames);
  checkParameters({ duplicated, malformed: new Set() });
  return malformed.has("user_code") ? new Map([...values, ["user_code", "?"]]) : values;
}
