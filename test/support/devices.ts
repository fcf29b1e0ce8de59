import { hashPresented } from "../../src/crypto/hash.ts";
import { paths } from "../../src/http/paths.ts";
import { startSession } from "../../src/identity/sessions.ts";
import { type ClientMetadata, deviceCodeGrantType } from "../../src/model/client.ts";
import type { User } from "../../src/model/user.ts";
import { type Answer, TestBrowser } from "./browser.ts";
import { createClient, type TestClient } from "./clients.ts";
import { type Authenticated, bodyOf, post, tokenRequest } from "./requests.ts";
import type { Address, TestServer } from "./server.ts";

/** A public client that gets its tokens by the device flow, unless the metadata say otherwise. */
export const createDeviceClient = (
  server: Pick<TestServer, "context">,
  metadata: Partial<ClientMetadata> = {},
  options: Parameters<typeof createClient>[2] = {},
): Promise<TestClient> =>
  createClient(
    server,
    {
      client_name: "Living room TV",
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: [deviceCodeGrantType, "refresh_token"],
      ...metadata,
    },
    options,
  );

type At = Address;

/** What a device was told. */
export interface TestDevice {
  readonly client: Authenticated;
  readonly deviceCode: string;
  /** With its dash. */
  readonly userCode: string;
}

type Fields = Readonly<Record<string, string | undefined>>;
type Headers = Readonly<Record<string, string>>;

/** The device authorization endpoint, as this client. */
export const deviceAuthorization = (
  server: At,
  client: Authenticated,
  fields: Fields = {},
  headers: Headers = {},
): Promise<Response> =>
  client.secret === undefined
    ? post(server, paths.deviceAuthorization, { client_id: client.id, ...fields }, headers)
    : post(server, paths.deviceAuthorization, fields, { authorization: client.basic, ...headers });

/** A device that has begun and waits. */
export async function startDevice(
  server: At,
  client: Authenticated,
  fields: Fields = {},
  headers: Headers = {},
): Promise<TestDevice> {
  const answer = await deviceAuthorization(server, client, fields, headers);
  const body = await bodyOf(answer);
  const { device_code: deviceCode, user_code: userCode } = body;
  if (typeof deviceCode !== "string" || typeof userCode !== "string")
    throw new Error(`no codes: ${JSON.stringify(body)}`);
  return { client, deviceCode, userCode };
}

/** What the store holds of it. */
export const storedDevice = (
  { context }: Pick<TestServer, "context">,
  { deviceCode }: Pick<TestDevice, "deviceCode">,
) => context.store.deviceCodes.find(hashPresented("device-code", deviceCode));

/** The device asks whether the person has decided. */
export const poll = (
  server: At,
  { client, deviceCode }: Pick<TestDevice, "client" | "deviceCode">,
): Promise<Response> => tokenRequest(server, client, { grant_type: deviceCodeGrantType, device_code: deviceCode });

/** A browser in which the person is signed in already. */
export async function signedInBrowser(server: TestServer, user: User, headers: Headers = {}): Promise<TestBrowser> {
  const browser = new TestBrowser(server, headers);
  const cookie = await startSession(server.context, {
    user,
    amr: ["pwd"],
    address: "::1",
    userAgent: undefined,
    replaces: undefined,
  });
  browser.cookies.set("postern", cookie.reveal());
  return browser;
}

/** Types a code into the form of the device page. The answer is what came first: a redirect where the code is known. */
export const enterCode = async (browser: TestBrowser, userCode: string, headers: Headers = {}): Promise<Answer> =>
  browser.submit(await browser.get(paths.device), "device", { fields: { user_code: userCode }, headers });

/** From the code to the page that asks for the decision. */
export const openDecision = async (browser: TestBrowser, userCode: string): Promise<Answer> =>
  browser.follow(await enterCode(browser, userCode));

/** The whole way of a person: the code, the comparison, the button. */
export async function decide(browser: TestBrowser, userCode: string, button: "approve" | "deny"): Promise<Answer> {
  return browser.submit(await openDecision(browser, userCode), "device-decision", { button });
}
