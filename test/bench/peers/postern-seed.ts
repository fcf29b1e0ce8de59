import { loadConfig } from "../../../src/config/load.ts";
import type { Context } from "../../../src/context.ts";
import { systemRandom } from "../../../src/crypto/random.ts";
import { log } from "../../../src/events/log.ts";
import { paths } from "../../../src/http/paths.ts";
import { startSession } from "../../../src/identity/sessions.ts";
import type { ClientMetadata, SigningAlgorithm } from "../../../src/model/client.ts";
import type { User } from "../../../src/model/user.ts";
import { createContext } from "../../../src/server/create-context.ts";
import { databasePath, instanceSecret } from "../../../src/server/instance.ts";
import { openSqliteStore } from "../../../src/store/sqlite/open.ts";
import { inSeconds, systemClock } from "../../../src/time.ts";
import { createClient, mayRefresh } from "../../support/clients.ts";
import { createDeviceClient } from "../../support/devices.ts";
import { createUser } from "../../support/grants.ts";
import { createPerson } from "../../support/people.ts";
import { median } from "../statistics.ts";
import type { App, Caller, Facts, Person } from "../subject.ts";
import type { Holdings } from "./postern.ts";
import { fillWithGrants, grantScope } from "./postern-grants.ts";

// Fills the database that the environment names with what the scenarios need, by the code of the revision in which this
// file stands, and prints the facts.

const scope = "tasks:read tasks:write";

/** Each gets a thousand inactive answers in ten seconds; so many together get more than one core can give. */
const resourceServers = 1000;

/** Each may have a thousand device codes that wait for a person. */
const devices = 500;
const people = 100;
const password = "correct horse battery staple";

const holdings: Holdings = JSON.parse(process.argv[2] ?? "");
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
  const known = await app(at);
  return {
    issuer: config.issuer,
    endpoints: {
      metadata: paths.openidConfiguration,
      token: paths.token,
      introspection: paths.introspection,
      deviceAuthorization: paths.deviceAuthorization,
      userinfo: paths.userinfo,
      authorize: paths.authorize,
    },
    services: {
      opaque: await service(at, {}),
      EdDSA: await signed("EdDSA"),
      ES256: await signed("ES256"),
      RS256: await signed("RS256"),
    },
    scope,
    resourceServers: await many(resourceServers, () => resourceServer(at)),
    devices: await many(devices, () => device(at)),
    // More than the server remembers the last poll of: each is polled as if for the first time.
    mostWaitingDevices: 25_000,
    pollInterval: inSeconds(config.devicePollInterval),
    app: known,
    grantTokens: await fillWithGrants(at, databasePath(config.dataDir), known.id, holdings),
    grantScope: grantScope.join(" "),
    person: await person(at),
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

async function device(at: At): Promise<Caller> {
  const { id } = await createDeviceClient(at, { scope: `openid ${scope}` });
  return { fields: { client_id: id } };
}

async function app(at: At): Promise<App> {
  const { id, basic } = await createClient(at, {
    ...mayRefresh,
    client_name: "Tasks",
    scope: `openid profile email offline_access ${scope}`,
    rotate_refresh_tokens: true,
    first_party: true,
  });
  const cookies = await many(people, async () => {
    const user = await createUser(at);
    const session = { user, amr: ["pwd"], address: "127.0.0.1", userAgent: undefined, replaces: undefined };
    return `postern=${(await startSession(at.context, session)).reveal()}`;
  });
  return { id, client: { authorization: basic }, redirectUri: "https://app.example/cb", cookies };
}

async function person(at: At): Promise<Person> {
  const { username, user } = await createPerson(at, { password });
  const taken: number[] = [];
  for (let turn = 0; turn < 10; turn++) {
    const start = performance.now();
    if (!(await at.context.passwords.verify(password, user.passwordHash))) throw new Error("the password is not right");
    taken.push(performance.now() - start);
  }
  return { signIn: paths.signIn, username, password, hashMilliseconds: median(taken), hash: costOf(user) };
}

/** `argon2id$v=19$m=19456,t=2,p=1` (RFC 9106), without salt and hash. */
function costOf({ passwordHash = "" }: User): string {
  return passwordHash.split("$").slice(1, 4).join("$");
}

function many<Made>(count: number, make: () => Promise<Made>): Promise<Made[]> {
  return Promise.all(Array.from({ length: count }, make));
}
