import { loadConfig } from "../../../src/config/load.ts";
import type { Context } from "../../../src/context.ts";
import { systemRandom } from "../../../src/crypto/random.ts";
import { log } from "../../../src/events/log.ts";
import { paths } from "../../../src/http/paths.ts";
import type { ClientMetadata, SigningAlgorithm } from "../../../src/model/client.ts";
import { databasePath, instanceSecret } from "../../../src/server/instance.ts";
import { createContext } from "../../../src/server/start.ts";
import { openSqliteStore } from "../../../src/store/sqlite/open.ts";
import { systemClock } from "../../../src/time.ts";
import { createClient } from "../../support/clients.ts";
import type { Caller, Facts } from "../subject.ts";

// Fills the database that the environment names with what the scenarios need, by the code of the revision in which this
// file stands, and prints the facts.

const scope = "tasks:read tasks:write";

/** Each gets a thousand inactive answers in ten seconds; so many together get more than one core can give. */
const resourceServers = 1000;

const config = loadConfig(process.env);
const secret = instanceSecret(config, systemRandom());
const store = openSqliteStore({
  path: databasePath(config.dataDir),
  clock: systemClock,
  writer: "inline",
  migrate: true,
});
const context = createContext({
  config,
  clock: systemClock,
  random: systemRandom(),
  store,
  instanceSecret: secret,
  log: log({ clock: systemClock, level: "error", format: "pretty", write: (line) => process.stderr.write(line) }),
});
const { complete } = await context.keys.ensure();
await complete;
process.stdout.write(JSON.stringify(await fill({ context })));
await store.close();

interface At {
  readonly context: Context;
}

async function fill(at: At): Promise<Facts> {
  const signed = (algorithm: SigningAlgorithm) =>
    service(at, { access_token_format: "jwt", id_token_signed_response_alg: algorithm });
  return {
    issuer: config.issuer,
    endpoints: {
      metadata: paths.openidConfiguration,
      token: paths.token,
      introspection: paths.introspection,
      deviceAuthorization: paths.deviceAuthorization,
      userinfo: paths.userinfo,
    },
    services: {
      opaque: await service(at, {}),
      EdDSA: await signed("EdDSA"),
      ES256: await signed("ES256"),
      RS256: await signed("RS256"),
    },
    scope,
    resourceServers: await Promise.all(Array.from({ length: resourceServers }, () => resourceServer(at))),
  };
}

async function service(at: At, metadata: Partial<ClientMetadata>): Promise<Caller> {
  const { basic } = await createClient(at, { grant_types: ["client_credentials"], scope, ...metadata });
  return { authorization: basic };
}

async function resourceServer(at: At): Promise<Caller> {
  const { basic } = await createClient(at, { grant_types: [], resource_server: true });
  return { authorization: basic };
}
