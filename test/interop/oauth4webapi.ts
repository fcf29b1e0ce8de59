import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  clockSkew,
  discoveryRequest,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  None,
  PrivateKeyJwt,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  validateApplicationLevelSignature,
  validateAuthResponse,
} from "oauth4webapi";
import type { TestClient } from "../support/clients.ts";
import type { TestServer } from "../support/server.ts";
import type { ClientKey } from "./client-keys.ts";
import { clockSkewTo } from "./library-clock.ts";

/** oauth4webapi as one client of one server. */
export interface Library {
  readonly as: AuthorizationServer;
  readonly client: Client;
  readonly auth: ClientAuth;
}

/** It may speak http to a loopback issuer. */
export const insecure = { [allowInsecureRequests]: true };

export async function discover(
  issuer: string,
  algorithm: "oidc" | "oauth2" = "oidc",
  expected = issuer,
): Promise<AuthorizationServer> {
  const response = await discoveryRequest(new URL(issuer), { algorithm, ...insecure });
  return processDiscoveryResponse(new URL(expected), response);
}

/** oauth4webapi, discovered and set up as this client. */
export async function setUp(
  server: TestServer,
  testClient: TestClient,
  { key, algorithm = "oidc" }: { readonly key?: ClientKey; readonly algorithm?: "oidc" | "oauth2" } = {},
): Promise<Library> {
  const { id_token_signed_response_alg: idTokenAlgorithm } = testClient.client.metadata;
  return {
    as: await discover(server.issuer, algorithm),
    client: {
      client_id: testClient.id,
      ...(idTokenAlgorithm === undefined ? {} : { id_token_signed_response_alg: idTokenAlgorithm }),
      [clockSkew]: clockSkewTo(server),
    },
    auth: authenticationOf(testClient, key),
  };
}

function authenticationOf({ client, secret }: TestClient, key: ClientKey | undefined): ClientAuth {
  switch (client.metadata.token_endpoint_auth_method) {
    case "client_secret_basic":
      return ClientSecretBasic(secret ?? "");
    case "client_secret_post":
      return ClientSecretPost(secret ?? "");
    case "none":
      return None();
    case "private_key_jwt":
      if (key === undefined) throw new Error("the client has no key");
      return PrivateKeyJwt(key.privateKey);
  }
}

/** One authorization request and what its answer is held against. */
export interface Flow {
  readonly url: URL;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly state: string;
  readonly nonce: string;
}

export async function newFlow(
  { as, client }: Pick<Library, "as" | "client">,
  parameters: Readonly<Record<string, string>> & { readonly redirect_uri: string },
): Promise<Flow> {
  const flow = {
    url: new URL(as.authorization_endpoint ?? ""),
    redirectUri: parameters.redirect_uri,
    codeVerifier: generateRandomCodeVerifier(),
    state: generateRandomState(),
    nonce: generateRandomNonce(),
  };
  const all = {
    client_id: client.client_id,
    response_type: "code",
    code_challenge: await calculatePKCECodeChallenge(flow.codeVerifier),
    code_challenge_method: "S256",
    state: flow.state,
    nonce: flow.nonce,
    ...parameters,
  };
  for (const [name, value] of Object.entries(all)) flow.url.searchParams.set(name, value);
  return flow;
}

/** From the callback to tokens: the answer's iss and state are checked, then the ID token and its signature. */
export async function redeem(
  { as, client, auth }: Library,
  flow: Flow,
  callback: URL | URLSearchParams,
  options: { readonly maxAge?: number } = {},
) {
  const parameters = validateAuthResponse(as, client, callback, flow.state);
  const response = await authorizationCodeGrantRequest(
    as,
    client,
    auth,
    parameters,
    flow.redirectUri,
    flow.codeVerifier,
    insecure,
  );
  const tokens = await processAuthorizationCodeResponse(as, client, response, {
    expectedNonce: flow.nonce,
    requireIdToken: true,
    ...options,
  });
  await validateApplicationLevelSignature(as, response, insecure);
  return tokens;
}
