import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { Provider } from "oidc-provider";
// By their files: the package does not export them.
import MemoryAdapter from "./node_modules/oidc-provider/lib/adapters/memory_adapter.js";
import LRU from "./node_modules/oidc-provider/lib/helpers/lru.js";

// oidc-provider with its own in-memory adapter, set up for the same work: node server.mjs ADDRESS FACTS-FILE. It writes what
// the scenarios need to know of it into that file when it serves.

// As it comes the adapter holds a thousand entries, and forgets refresh tokens before sixty clients have used them.
const memory = new LRU({ maxSize: 200_000 });

const [, , address, factsFile] = process.argv;
const scope = "tasks:read tasks:write";
const redirectUri = "https://app.example/cb";

const key = (alg, ...kind) => {
  const { privateKey } = generateKeyPairSync(...kind);
  return { ...privateKey.export({ format: "jwk" }), alg, use: "sig", kid: alg };
};

const secret = "the-secret-of-a-client-long-enough-for-it";
const basic = (id) => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` });
const confidential = { client_secret: secret, token_endpoint_auth_method: "client_secret_basic" };
const noRedirects = { redirect_uris: [], response_types: [] };

const provider = new Provider(address, {
  adapter: (model) => new MemoryAdapter(model, memory),
  clients: [
    { client_id: "service", ...confidential, ...noRedirects, grant_types: ["client_credentials"], scope },
    {
      client_id: "app",
      ...confidential,
      redirect_uris: [redirectUri],
      response_types: ["code"],
      grant_types: ["authorization_code", "refresh_token"],
      scope: `openid profile email ${scope}`,
    },
    {
      client_id: "device",
      token_endpoint_auth_method: "none",
      ...noRedirects,
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
      scope: `openid ${scope}`,
    },
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
  claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
  findAccount: (_ctx, accountId) => ({
    accountId,
    claims: () => ({ sub: accountId, name: "Ada Lovelace", email: "ada@example.org", email_verified: true }),
  }),
  // offline_access is given after a question only; nobody is here to be asked.
  issueRefreshToken: () => true,
  expiresWithSession: () => false,
  rotateRefreshToken: () => true,
  ttl: { AccessToken: 3600, ClientCredentials: 3600, Grant: 86_400, Session: 86_400 },
});

// The memory of the adapter forgets: browsers are signed in when they are needed. Each has a grant of its own, as people
// have; the adapter looks through all tokens of a grant whenever it stores one.
provider.use(async (ctx, next) => {
  if (ctx.path !== "/bench/cookies") return next();
  const cookies = [];
  for (let each = 0; each < Number(ctx.query.count); each++) {
    const accountId = `person-${each}`;
    const grant = new provider.Grant({ accountId, clientId: "app" });
    grant.addOIDCScope(`openid profile email ${scope}`);
    const session = new provider.Session({
      accountId,
      loginTs: Math.floor(Date.now() / 1000),
      authorizations: { app: { sid: `sid-${each}-${Date.now()}`, grantId: await grant.save() } },
    });
    await session.save(86_400);
    cookies.push(`${provider.cookieName("session")}=${session.id}`);
  }
  ctx.body = cookies;
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
    authorize: "/auth",
  },
  services: { opaque: service, EdDSA: signed("EdDSA"), ES256: signed("ES256"), RS256: signed("RS256") },
  scope,
  resourceServers: [basic("resource-server")],
  devices: [{ fields: { client_id: "device" } }],
  mostWaitingDevices: 5000,
  app: { id: "app", client: basic("app"), redirectUri, cookies: [], freshCookies: "/bench/cookies" },
};
writeFileSync(factsFile, JSON.stringify(facts));
provider.listen(Number(new URL(address).port), "127.0.0.1");
