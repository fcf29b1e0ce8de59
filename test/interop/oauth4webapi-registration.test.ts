import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  type Client,
  ClientSecretBasic,
  clientCredentialsGrantRequest,
  clockSkew,
  dynamicClientRegistrationRequest,
  getValidatedIdTokenClaims,
  None,
  PrivateKeyJwt,
  processClientCredentialsResponse,
  processDynamicClientRegistrationResponse,
  protectedResourceRequest,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from "oauth4webapi";
import { makeRegistrationToken } from "../../src/administration/registration-tokens.ts";
import { hours } from "../../src/time.ts";
import { bodyOf } from "../support/requests.ts";
import type { TestServer } from "../support/server.ts";
import type { ApprovingPerson } from "./approving-person.ts";
import { asText } from "./as-text.ts";
import { newClientKey } from "./client-keys.ts";
import { clockSkewTo } from "./library-clock.ts";
import { discover, insecure, newFlow, redeem } from "./oauth4webapi.ts";
import { startRegistrationServers } from "./registration-servers.ts";

const redirectUri = "https://app.example/cb";
const metadata = {
  client_name: "Photo Wall",
  application_type: "web",
  redirect_uris: [redirectUri],
  grant_types: ["authorization_code"],
  response_types: ["code"],
  scope: "openid profile",
};

let open: TestServer;
let guarded: TestServer;
let alice: ApprovingPerson;

beforeAll(async () => {
  ({ open, guarded, alice } = await startRegistrationServers());
});
afterAll(() => Promise.all([open.stop(), guarded.stop()]));

type Sent = Parameters<typeof dynamicClientRegistrationRequest>[1];

/** Registers; the answer is a client of the library's own making, but for the clock. */
async function register(server: TestServer, sent: Sent, initialAccessToken?: string): Promise<Client> {
  const response = await dynamicClientRegistrationRequest(await discover(server.issuer), sent, {
    ...insecure,
    ...(initialAccessToken === undefined ? {} : { initialAccessToken }),
  });
  const client = await processDynamicClientRegistrationResponse(response);
  return { ...client, client_id: client.client_id, [clockSkew]: clockSkewTo(server) };
}

test("7591-3.2-201, 7591-3.2.1-body, 7591-3.2.1-secret: oauth4webapi registers openly, with a secret, and signs a person in", async () => {
  const client = await register(open, metadata);
  const library = { as: await discover(open.issuer), client, auth: ClientSecretBasic(asText(client.client_secret)) };
  const flow = await newFlow(library, { redirect_uri: redirectUri, scope: "openid profile" });
  const tokens = await redeem(library, flow, await alice.callback(flow.url));
  expect(getValidatedIdTokenClaims(tokens)).toMatchObject({ aud: client.client_id, sub: alice.person.user.id });
});

test("7591-member-jwks, IDT-sign: oauth4webapi registers a key and an algorithm, and both are used", async () => {
  const key = await newClientKey("EdDSA");
  const { jwks, ...method } = key.metadata;
  const keys = (jwks?.keys ?? []).map((jwk) => JSON.parse(JSON.stringify(jwk)));
  const sent = { ...metadata, ...method, jwks: { keys }, id_token_signed_response_alg: "ES256" };
  const client = await register(open, sent);
  expect(client.id_token_signed_response_alg).toBe("ES256");
  const library = { as: await discover(open.issuer), client, auth: PrivateKeyJwt(key.privateKey) };
  const flow = await newFlow(library, { redirect_uri: redirectUri, scope: "openid" });
  const tokens = await redeem(library, flow, await alice.callback(flow.url));
  expect(getValidatedIdTokenClaims(tokens)?.sub).toBe(alice.person.user.id);
});

test("7591-member-application_type, 7591-member-token_endpoint_auth_method: oauth4webapi registers a public client, which needs no secret", async () => {
  const { application_type: _, ...rest } = metadata;
  const client = await register(open, { ...rest, token_endpoint_auth_method: "none" });
  expect(client).toMatchObject({ application_type: "native", token_endpoint_auth_method: "none" });
  expect(client.client_secret).toBeUndefined();
  const library = { as: await discover(open.issuer), client, auth: None() };
  const flow = await newFlow(library, { redirect_uri: redirectUri, scope: "openid" });
  const tokens = await redeem(library, flow, await alice.callback(flow.url));
  expect(getValidatedIdTokenClaims(tokens)?.aud).toBe(client.client_id);
});

test("7592-2.1-get, 7592-3-rat-echo, 7592-2.3-delete, 7592-2-nonexistent: oauth4webapi's registration is read and deleted by its own token", async () => {
  const client = await register(open, metadata);
  const url = new URL(asText(client.registration_client_uri));
  const token = asText(client.registration_access_token);
  const call = (method: "GET" | "DELETE") =>
    protectedResourceRequest(token, method, url, undefined, undefined, insecure);
  const read = await bodyOf(call("GET"));
  const { client_secret: _, [clockSkew]: __, ...rest } = client;
  expect(read).toEqual(rest);
  expect((await call("DELETE")).status).toBe(204);
  const refusal = await call("GET").catch((error: unknown) => error);
  if (!(refusal instanceof WWWAuthenticateChallengeError)) throw refusal;
  expect([refusal.status, refusal.cause[0]?.parameters.error]).toEqual([401, "invalid_token"]);
});

test("7591-3-mode, 7591-3-iat-missing: oauth4webapi registers with an initial access token, and not without", async () => {
  const token = await makeRegistrationToken(guarded.context, { kind: "system" }, { uses: 1, lifetime: hours(1) });
  const service = { client_name: "Night job", grant_types: ["client_credentials"], response_types: [] };
  const bare = await register(guarded, service).catch((error: unknown) => error);
  if (!(bare instanceof WWWAuthenticateChallengeError)) throw bare;
  expect(bare.cause).toEqual([{ scheme: "bearer", parameters: { realm: guarded.issuer } }]);
  const client = await register(guarded, service, token.reveal());
  const as = await discover(guarded.issuer);
  const auth = ClientSecretBasic(asText(client.client_secret));
  const response = await clientCredentialsGrantRequest(as, client, auth, {}, insecure);
  expect(await processClientCredentialsResponse(as, client, response)).toMatchObject({ token_type: "bearer" });
});

test("7591-3.2.2-error, 7591-member-redirect_uris: oauth4webapi reads what is wrong with its metadata", async () => {
  const bad = { ...metadata, redirect_uris: [redirectUri, "http://app.example/cb"] };
  const refusal = await register(open, bad).catch((error: unknown) => error);
  if (!(refusal instanceof ResponseBodyError)) throw refusal;
  expect(refusal).toMatchObject({ error: "invalid_redirect_uri", status: 400 });
  expect(refusal.error_description).toContain("redirect_uris[1]");
});
