import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  clockSkew,
  discovery,
  enableNonRepudiationChecks,
  None,
  PrivateKeyJwt,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import type { TestClient } from "../support/clients.ts";
import type { TestServer } from "../support/server.ts";
import type { ClientKey } from "./client-keys.ts";
import { clockSkewTo } from "./library-clock.ts";

/** What openid-client is told to do: speak http to a loopback issuer, and verify signatures too. */
export const libraryOptions = { execute: [allowInsecureRequests, enableNonRepudiationChecks] };

/** openid-client, discovered and set up as this client. */
export function configure(
  server: TestServer,
  { client, id, secret }: TestClient,
  { key, algorithm }: { readonly key?: ClientKey; readonly algorithm?: "oidc" | "oauth2" } = {},
): Promise<Configuration> {
  const { id_token_signed_response_alg: idTokenAlgorithm } = client.metadata;
  const metadata = {
    ...(secret === undefined ? {} : { client_secret: secret }),
    ...(idTokenAlgorithm === undefined ? {} : { id_token_signed_response_alg: idTokenAlgorithm }),
    [clockSkew]: clockSkewTo(server),
  };
  const options = { ...libraryOptions, ...(algorithm === undefined ? {} : { algorithm }) };
  return discovery(new URL(server.issuer), id, metadata, authenticationOf(client.metadata, key), options);
}

function authenticationOf(
  { token_endpoint_auth_method: method }: TestClient["client"]["metadata"],
  key: ClientKey | undefined,
): ClientAuth {
  switch (method) {
    case "client_secret_basic":
      return ClientSecretBasic();
    case "client_secret_post":
      return ClientSecretPost();
    case "none":
      return None();
    case "private_key_jwt":
      if (key === undefined) throw new Error("the client has no key");
      return PrivateKeyJwt(key.privateKey);
  }
}

/** The checks of one flow: what the request carries and what the callback is held against. */
export async function newChecks() {
  const pkceCodeVerifier = randomPKCECodeVerifier();
  const checks = {
    pkceCodeVerifier,
    expectedState: randomState(),
    expectedNonce: randomNonce(),
    idTokenExpected: true,
  };
  return {
    checks,
    parameters: {
      code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
      state: checks.expectedState,
      nonce: checks.expectedNonce,
    },
  };
}
