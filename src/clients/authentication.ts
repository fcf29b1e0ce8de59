import { asClientId } from "../brand.ts";
import type { Context } from "../context.ts";
import { hashPresented, isSameHash } from "../crypto/hash.ts";
import { type Client, type ClientSecret, isPublicClient, mostClientSecrets } from "../model/client.ts";
import type { Hashed } from "../model/secret.ts";
import { type Check, OAuthError, unmet } from "../oauth-error.ts";
import { type BasicCredentials, parseBasicCredentials } from "../rules/basic-credentials.ts";
import { networkOf } from "../rules/client-address.ts";
import { clientSecretAlerts, clientSecretFailures, clientSecretFailuresInAll } from "../throttle/limits.ts";
import { tooMany } from "../throttle/too-many.ts";
import { checkClientAssertion } from "./assertion.ts";
import { clientRefused } from "./refused.ts";

/** What a request says of its client. */
export interface PresentedClient {
  /** The Authorization header. */
  readonly authorization: string | null;
  readonly client_id?: string | undefined;
  readonly client_secret?: string | undefined;
  readonly client_assertion?: string | undefined;
  readonly client_assertion_type?: string | undefined;
  /** Where the request comes from: failures are counted by client and address together. */
  readonly address: string;
}

type Authenticating = Pick<
  Context,
  "store" | "clock" | "config" | "throttle" | "fetcher" | "keySets" | "lastUsed" | "log"
>;

/**
 * The client behind a request to an endpoint that answers directly: authenticated where it has credentials, named where
 * it is public.
 *
 * @throws OAuthError invalid_client (401 with a challenge) or invalid_request
 * @source RFC 6749 §2.3, §3.2.1; RFC 7521 §4.2
 */
export async function authenticateClient(context: Authenticating, presented: PresentedClient): Promise<Client> {
  const basic = basicCredentials(presented);
  checkOneMethod(presented, basic);
  if (presented.client_assertion !== undefined) {
    const { client_assertion: assertion, client_assertion_type: type, client_id: id } = presented;
    const client = await checkClientAssertion(context, assertion, type, id);
    context.lastUsed.client(client.id, context.clock.now());
    return client;
  }
  const named = checkedName(context, presented, basic);
  const found = await context.store.clients.find(asClientId(named.id));
  const { client, secret } = bySecretOrName(context, named, found);
  context.lastUsed.client(client.id, context.clock.now(), secret?.id);
  return client;
}

function basicCredentials({ authorization }: PresentedClient): BasicCredentials | undefined {
  if (authorization === null) return undefined;
  const credentials = parseBasicCredentials(authorization);
  // RFC 6749 §5.2: a client that tried the Authorization header and failed gets 401 with a challenge.
  if (credentials === undefined) {
    throw clientRefused({
      checks: unmet("the Authorization header is Basic with an id and a secret (RFC 6749 §2.3.1)"),
    });
  }
  return credentials;
}

/** RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request." */
function checkOneMethod(presented: PresentedClient, basic: BasicCredentials | undefined): void {
  const { client_secret: secret, client_assertion: assertion } = presented;
  if (assertion !== undefined || presented.client_assertion_type !== undefined) {
    // RFC 7521 §4.2.1: with an assertion, any failure is invalid_client.
    if (assertion === undefined || basic !== undefined || secret !== undefined) {
      throw clientRefused({ checks: unmet("an assertion comes with its type and without a secret (RFC 7521 §4.2)") });
    }
    return;
  }
  if (basic !== undefined && secret !== undefined) {
    throw new OAuthError("invalid_request", "the client authenticates in more than one way");
  }
  if (basic !== undefined && presented.client_id !== undefined && presented.client_id !== basic.clientId) {
    throw new OAuthError("invalid_request", "client_id differs from the authenticated client");
  }
}

interface Authenticated {
  readonly client: Client;
  /** The one that was presented, where one was. */
  readonly secret?: ClientSecret | undefined;
}

interface Named {
  readonly id: string;
  readonly secret: string | undefined;
  /** Whose failures are counted together. */
  readonly who: string;
}

/** The client as it names itself, unless it has failed too often. */
function checkedName(
  { throttle }: Authenticating,
  presented: PresentedClient,
  basic: BasicCredentials | undefined,
): Named {
  const id = basic?.clientId ?? presented.client_id;
  // An empty password of Basic is no secret (RFC 6749 §2.3.1).
  const secret = basic === undefined ? presented.client_secret : basic.clientSecret;
  if (id === undefined) throw clientRefused({ checks: unmet("the request names its client (RFC 6749 §3.2.1)") });
  const who = `${id} ${networkOf(presented.address)}`;
  const wait = throttle.waitFor(clientSecretFailures, who);
  if (wait !== undefined) throw tooMany("too many failed attempts", wait);
  return { id, secret, who };
}

function bySecretOrName(
  context: Authenticating,
  { id, secret, who }: Named,
  client: Client | undefined,
): Authenticated {
  const authenticated = authenticate(client, secret);
  if (authenticated === undefined) {
    if (secret !== undefined) countFailure(context, client, who);
    throw clientRefused({ about: { clientId: id }, checks: whyNot(client, secret) });
  }
  return authenticated;
}

/** In the order in which an administrator would look; for the trace alone. */
function whyNot(client: Client | undefined, presented: string | undefined): readonly Check[] {
  if (client === undefined)
    return unmet("the client is known (RFC 6749 §2.2)", { received: "an id that no client has" });
  const known = { rule: "the client is known (RFC 6749 §2.2)", isMet: true };
  if (client.disabledAt !== undefined) return [known, ...unmet("the client is enabled")];
  const { token_endpoint_auth_method: expected } = client.metadata;
  const enabled = { rule: "the client is enabled", isMet: true };
  if (isPublicClient(client) || client.secrets.length === 0 || presented === undefined) {
    const received = presented === undefined ? "no secret" : "a secret";
    return [
      known,
      enabled,
      ...unmet("the client authenticates as it is registered (RFC 6749 §2.3)", { expected, received }),
    ];
  }
  const values = { expected: `one of ${client.secrets.length}, not shown`, received: "another one" };
  return [known, enabled, ...unmet("the secret is one of the client's (RFC 6749 §2.3.1)", values)];
}

/** One address is stopped; many addresses are told to the operator: stopping them would stop the client itself. */
function countFailure({ throttle, log }: Authenticating, client: Client | undefined, who: string): void {
  throttle.count(clientSecretFailures, who);
  if (client === undefined || throttle.count(clientSecretFailuresInAll, client.id) === undefined) return;
  if (throttle.count(clientSecretAlerts, client.id) === undefined) {
    log.warn("many wrong secrets are tried for one client, from many addresses", { client: client.id });
  }
}

/** What is compared when there is nothing to compare with, so that the time tells nothing. */
const nobody = hashPresented("client-secret", "") satisfies Hashed<"client-secret">;

function authenticate(client: Client | undefined, presented: string | undefined): Authenticated | undefined {
  if (client !== undefined && isPublicClient(client)) {
    return presented === undefined && client.disabledAt === undefined ? { client } : undefined;
  }
  if (presented === undefined) return undefined;
  const secret = secretOf(client, presented);
  return client === undefined || client.disabledAt !== undefined || secret === undefined
    ? undefined
    : { client, secret };
}

/** As many comparisons for every client, whether it is there, however many secrets it has, and whichever of them it is. */
function secretOf(client: Client | undefined, presented: string): ClientSecret | undefined {
  const hash = hashPresented("client-secret", presented);
  let found: ClientSecret | undefined;
  for (let position = 0; position < mostClientSecrets; position += 1) {
    const known = client?.secrets[position];
    if (isSameHash(hash, known?.hash ?? nobody)) found = known;
  }
  return found;
}
