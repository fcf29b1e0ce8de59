import { asClientId } from "../brand.ts";
import type { Context } from "../context.ts";
import { hashPresented, isSameHash } from "../crypto/hash.ts";
import { type Client, type ClientSecret, isPublicClient, mostClientSecrets } from "../model/client.ts";
import type { Hashed } from "../model/secret.ts";
import { OAuthError } from "../oauth-error.ts";
import { type BasicCredentials, parseBasicCredentials } from "../rules/basic-credentials.ts";
import { networkOf } from "../rules/client-address.ts";
import { clientSecretAlerts, clientSecretFailures, clientSecretFailuresInAll } from "../throttle/limits.ts";
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

type Authenticating = Pick<Context, "store" | "clock" | "config" | "throttle" | "fetcher" | "lastUsed" | "log">;

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
  const { client, secret } =
    presented.client_assertion === undefined
      ? await bySecretOrName(context, presented, basic)
      : await byAssertion(context, presented, presented.client_assertion);
  context.lastUsed.client(client.id, context.clock.now(), secret?.id);
  return client;
}

function basicCredentials({ authorization }: PresentedClient): BasicCredentials | undefined {
  if (authorization === null) return undefined;
  const credentials = parseBasicCredentials(authorization);
  // RFC 6749 §5.2: a client that tried the Authorization header and failed gets 401 with a challenge.
  if (credentials === undefined) throw clientRefused();
  return credentials;
}

/** RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request." */
function checkOneMethod(presented: PresentedClient, basic: BasicCredentials | undefined): void {
  const { client_secret: secret, client_assertion: assertion } = presented;
  if (assertion !== undefined || presented.client_assertion_type !== undefined) {
    // RFC 7521 §4.2.1: with an assertion, any failure is invalid_client.
    if (assertion === undefined || basic !== undefined || secret !== undefined) throw clientRefused();
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

async function byAssertion(
  context: Authenticating,
  presented: PresentedClient,
  assertion: string,
): Promise<Authenticated> {
  const { client_assertion_type: type, client_id: id } = presented;
  return { client: await checkClientAssertion(context, assertion, type, id) };
}

async function bySecretOrName(
  context: Authenticating,
  presented: PresentedClient,
  basic: BasicCredentials | undefined,
): Promise<Authenticated> {
  const id = basic?.clientId ?? presented.client_id;
  // An empty password of Basic is no secret (RFC 6749 §2.3.1).
  const secret = basic === undefined ? presented.client_secret : basic.clientSecret;
  if (id === undefined) throw clientRefused();
  const who = `${id} ${networkOf(presented.address)}`;
  const wait = context.throttle.exceeded(clientSecretFailures, who);
  if (wait !== undefined) {
    throw new OAuthError("temporarily_unavailable", "too many failed attempts", { status: 429, retryAfter: wait });
  }
  const client = await context.store.clients.find(asClientId(id));
  const authenticated = authenticate(client, secret);
  if (authenticated === undefined) {
    if (secret !== undefined) countFailure(context, client, who);
    throw clientRefused();
  }
  return authenticated;
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
