import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  type Configuration,
  clientCredentialsGrant,
  clockSkew,
  dynamicClientRegistration,
  fetchProtectedResource,
  PrivateKeyJwt,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from "openid-client";
import { makeRegistrationToken } from "../../src/administration/registration-tokens.ts";
import { hours } from "../../src/time.ts";
import type { TestServer } from "../support/server.ts";
import type { ApprovingPerson } from "./approving-person.ts";
import { asText } from "./as-text.ts";
import { newClientKey } from "./client-keys.ts";
import { clockSkewTo } from "./library-clock.ts";
import { libraryOptions, newChecks } from "./openid-client.ts";
import { startRegistrationServers } from "./registration-servers.ts";

const redirectUri = "https://app.example/cb";

let open: TestServer;
let guarded: TestServer;
let alice: ApprovingPerson;

beforeAll(async () => {
  ({ open, guarded, alice } = await startRegistrationServers());
});
afterAll(() => Promise.all([open.stop(), guarded.stop()]));

const webMetadata = (server: TestServer) => ({
  client_name: "Photo Wall",
  application_type: "web",
  redirect_uris: [redirectUri],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  scope: "openid profile offline_access",
  [clockSkew]: clockSkewTo(server),
});

async function signIn(config: Configuration) {
  const { checks, parameters } = await newChecks();
  const url = buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: "openid profile", ...parameters });
  return authorizationCodeGrant(config, await alice.callback(url), checks);
}

test("7591-3.2-201, 7591-3.2.1-body, 7591-3.2.1-secret, REG-3.2-201: openid-client registers openly, with a secret, and signs a person in", async () => {
  const config = await dynamicClientRegistration(
    new URL(open.issuer),
    webMetadata(open),
    ClientSecretBasic(),
    libraryOptions,
  );
  const client = config.clientMetadata();
  expect(client).toMatchObject({
    client_name: "Photo Wall",
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: "client_secret_basic",
    grant_types: ["authorization_code", "refresh_token"],
    client_secret_expires_at: 0,
  });
  const tokens = await signIn(config);
  expect(tokens.claims()?.aud).toBe(client.client_id);
  expect(tokens.refresh_token).toBeDefined();
});

test("7591-member-jwks, OIDC-9-private_key_jwt: openid-client registers a key and signs in with it", async () => {
  const { privateKey, metadata } = await newClientKey("ES256");
  const { jwks, ...members } = metadata;
  const keys = { keys: (jwks?.keys ?? []).map((key) => JSON.parse(JSON.stringify(key))) };
  const config = await dynamicClientRegistration(
    new URL(open.issuer),
    { ...webMetadata(open), ...members, jwks: keys },
    PrivateKeyJwt(privateKey),
    libraryOptions,
  );
  expect(config.clientMetadata().client_secret).toBeUndefined();
  expect((await signIn(config)).claims()?.sub).toBe(alice.person.user.id);
});

test("7592-2-uri, 7592-2-auth, 7592-2.1-get, REG-4-read: openid-client reads its registration again by the token that came with it", async () => {
  const config = await dynamicClientRegistration(new URL(open.issuer), webMetadata(open), undefined, libraryOptions);
  const registered = config.clientMetadata();
  const url = new URL(asText(registered.registration_client_uri));
  expect(url.href).toBe(`${open.issuer}/auth/register/${registered.client_id}`);
  const answer = await fetchProtectedResource(config, asText(registered.registration_access_token), url, "GET");
  expect(answer.status).toBe(200);
  const read: unknown = await answer.json();
  const { client_secret: _, ...rest } = registered;
  expect(read).toEqual(rest);
  const refusal = await fetchProtectedResource(config, "not-the-token", url, "GET").catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(WWWAuthenticateChallengeError);
});

test("7591-3-mode, 7591-3-iat-missing: openid-client registers with an initial access token, and not without", async () => {
  const token = await makeRegistrationToken(guarded.context, { kind: "system" }, { uses: 1, lifetime: hours(1) });
  const metadata = {
    ...webMetadata(guarded),
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [],
  };
  const register = (initialAccessToken?: string) =>
    dynamicClientRegistration(new URL(guarded.issuer), metadata, undefined, {
      ...libraryOptions,
      ...(initialAccessToken === undefined ? {} : { initialAccessToken }),
    });
  const bare = await register().catch((error: unknown) => error);
  if (!(bare instanceof WWWAuthenticateChallengeError)) throw bare;
  expect(bare.cause).toMatchObject([{ scheme: "bearer", parameters: { realm: guarded.issuer } }]);
  const config = await register(token.reveal());
  expect(await clientCredentialsGrant(config)).toMatchObject({ token_type: "bearer" });
  // It was good for one.
  const spent = await register(token.reveal()).catch((error: unknown) => error);
  if (!(spent instanceof WWWAuthenticateChallengeError)) throw spent;
  expect(spent.cause).toMatchObject([{ scheme: "bearer", parameters: { error: "invalid_token" } }]);
});

test("7591-3.2.2-error, REG-2-redirect: openid-client reads what is wrong with its metadata", async () => {
  const metadata = { ...webMetadata(open), redirect_uris: ["https://app.example/cb#fragment"] };
  const answer = dynamicClientRegistration(new URL(open.issuer), metadata, undefined, libraryOptions);
  const refusal = await answer.catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ResponseBodyError);
  expect(refusal).toMatchObject({ error: "invalid_redirect_uri", status: 400 });
});
