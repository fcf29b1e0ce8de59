import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { checkForm, csrfToken, withCookies } from "../http/browser.ts";
import { clearCookie, readCookie, setCookie } from "../http/cookies.ts";
import { redirectResponse } from "../http/page-response.ts";
import { paths } from "../http/paths.ts";
import { enterUserCode, sealDecision } from "../interaction/device.ts";
import { checkFormContentType } from "../rules/form-content-type.ts";
import { checkParameters, parseParameters } from "../rules/parameters.ts";
import { checkUserCodeInput, formatUserCode, normaliseUserCode } from "../rules/user-code.ts";
import { DeviceCodePage } from "./device-code-view.tsx";
import { atDevicePage, type DeviceVisit, devicePageResponse, signInUrl } from "./device-visit.ts";

const EntryForm = t.Object({ csrf: t.Optional(t.String()), user_code: t.Optional(t.String()) });

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
        const brought = entryOf(request.url.split("?", 2)[1] ?? "").user_code;
        return brought === undefined ? atDevicePage(context, request, server, show) : keepCode(context, brought);
      },
      { detail: { hide: true } },
    )
    .post(
      paths.device,
      ({ request, server, body }) => atDevicePage(context, request, server, (visit) => submit(visit, body)),
      { parse: parseEntryForm, body: EntryForm, detail: { hide: true } },
    );

/**
 * RFC 8628 §3.3.1: a code in the link only fills the form. It leaves the address bar at once, to stay in no history;
 * nothing is looked up.
 *
 * @throws OAuthError invalid_request, over 64 characters
 */
function keepCode({ config }: Context, brought: string): Response {
  checkUserCodeInput(brought);
  const userCode = normaliseUserCode(brought);
  const cookie = userCode === undefined ? clearCookie(config, "device") : prefillCookie({ config }, userCode);
  return withCookies(redirectResponse(`${config.issuer}${paths.device}`), [cookie]);
}

const prefillCookie = ({ config }: Pick<Context, "config">, userCode: string) =>
  setCookie(config, "device", formatUserCode(userCode), prefillSeconds);

const show = (visit: DeviceVisit): Promise<Response> =>
  deviceEntry(visit, { userCode: readCookie(visit.context.config, visit.request, "device") });

async function submit(visit: DeviceVisit, form: typeof EntryForm.static): Promise<Response> {
  const { context, request, browser, person, texts } = visit;
  checkForm(context, request, browser, formPurpose, form.csrf);
  if (form.user_code === undefined) return deviceEntry(visit, { problem: texts.device.missing });
  checkUserCodeInput(form.user_code);
  const found = await enterUserCode(context, person, form.user_code);
  if (found === undefined) return deviceEntry(visit, { userCode: form.user_code, problem: texts.device.unknown });
  const handle = await sealDecision(context, person, found);
  const decision = redirectResponse(`${context.config.issuer}${paths.deviceDecision}?handle=${handle}`);
  // Should the person go on to sign in as somebody else, the code need not be typed again.
  return withCookies(decision, [prefillCookie(context, found.userCode)]);
}

interface Entry {
  readonly userCode?: string | undefined;
  readonly problem?: string;
}

/** The form for the code, with what was wrong the last time. */
export async function deviceEntry(visit: DeviceVisit, { userCode, problem }: Entry): Promise<Response> {
  const { context, browser, person, texts, basePath } = visit;
  const response = devicePageResponse(
    visit,
    texts.device.title,
    <DeviceCodePage
      texts={texts}
      basePath={basePath}
      csrf={csrfToken(context, browser, formPurpose)}
      userCode={userCode}
      problems={problem === undefined ? [] : [{ message: problem, fields: ["user_code"] }]}
      account={person.user}
      switchAccountUrl={await signInUrl(context)}
    />,
  );
  // A code that was wrong is not filled in another time.
  return problem === undefined ? response : withCookies(response, [clearCookie(context.config, "device")]);
}

const entryNames: ReadonlySet<"csrf" | "user_code"> = new Set(["csrf", "user_code"]);

/** Like all parameters, but that octets which are no text are a code like any other: a wrong one. */
function entryOf(encoded: string): typeof EntryForm.static {
  const { values, duplicated, malformed } = parseParameters(encoded, entryNames);
  checkParameters({ duplicated, malformed: new Set() });
  return { ...Object.fromEntries(values), ...(malformed.has("user_code") ? { user_code: "?" } : {}) };
}

async function parseEntryForm({ request }: { readonly request: Request }): Promise<typeof EntryForm.static> {
  checkFormContentType(request.headers.get("content-type"));
  return entryOf(await request.text());
}
