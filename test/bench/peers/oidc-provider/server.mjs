import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { Provider } from "oidc-provider";

// oidc-provider with its own in-memory adapter, set up for the same work: node server.mjs ADDRESS FACTS-FILE. It writes what
// the scenarios need to know of it into that file when it serves.

const [, , address, factsFile] = process.argv;
const scope = "tasks:read tasks:write";

const key = (alg, ...kind) => {
  const { privateKey } = generateKeyPairSync(...kind);
  return { ...privateKey.export({ format: "jwk" }), alg, use: "sig", kid: alg };
};

const secret = "the-secret-of-a-client-long-enough-for-it";
const basic = (id) => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` });
const confidential = { client_secret: secret, token_endpoint_auth_method: "client_secret_basic" };
const noRedirects = { redirect_uris: [], response_types: [] };

const provider = new Provider(address, {
  clients: [
    { client_id: "service", ...confidential, ...noRedirects, grant_types: ["client_credentials"], scope },
    { client_id: "resource-server", ...confidential, ...noRedirects, grant_types: [] },
  ],
  scopes: ["openid", "offline_access", "profile", "email", ...scope.split(" ")],
  jwks: {
    keys: [
      key("RS256", "rsa", { modulusLength: 2048 }),
      key("ES256", "ec", { namedCurve: "P-256" }),
      key("EdDSA", "ed25519"),
    ],
  },
  clientDefaults: { id_token_signed_response_alg: "RS256" },
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256", "EdDSA"] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    deviceFlow: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_ctx, resource) => ({
        scope,
        audience: resource,
        accessTokenFormat: "jwt",
        accessTokenTTL: 3600,
        jwt: { sign: { alg: resource.slice("urn:".length) } },
      }),
    },
  },
  ttl: { ClientCredentials: 3600 },
});

const service = basic("service");
const signed = (alg) => ({ ...service, fields: { resource: `urn:${alg}` } });
const facts = {
  issuer: address,
  endpoints: {
    metadata: "/.well-known/openid-configuration",
    token: "/token",
    introspection: "/token/introspection",
    deviceAuthorization: "/device/auth",
    userinfo: "/me",
  },
  services: { opaque: service, EdDSA: signed("EdDSA"), ES256: signed("ES256"), RS256: signed("RS256") },
  scope,
  resourceServers: [basic("resource-server")],
};
writeFileSync(factsFile, JSON.stringify(facts));
provider.listen(Number(new URL(address).port), "127.0.0.1");
