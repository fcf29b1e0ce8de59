import { asClientId } from "../../src/brand.ts";
import { standingScopes } from "../../src/clients/scopes.ts";
import { newClientSecret, storedSecret } from "../../src/clients/secrets.ts";
import { hashPresented } from "../../src/crypto/hash.ts";
import { newIdentifier } from "../../src/crypto/secret.ts";
import type { Client, ClientMetadata, ClientOrigin } from "../../src/model/client.ts";
import { newStandingGrant } from "../../src/tokens/new-grant.ts";
import type { TestServer } from "./server.ts";

export interface TestClient {
  readonly client: Client;
  readonly id: string;
  /** Absent where the client's way to authenticate has none. */
  readonly secret: string | undefined;
  /** An `Authorization` header with the client's id and secret (RFC 6749 §2.3.1). */
  readonly basic: string;
}

/** Metadata of a client that gets refresh tokens. */
export const mayRefresh = { grant_types: ["authorization_code", "refresh_token"] as const };

interface TestClientOptions {
  readonly id?: string;
  /** Instead of a fresh one. */
  readonly secret?: string;
  readonly disabled?: boolean;
  readonly origin?: ClientOrigin;
}

/** A confidential web client of the administrator, unless the metadata say otherwise, put straight into the store. */
export async function createClient(
  { context }: Pick<TestServer, "context">,
  metadata: Partial<ClientMetadata> = {},
  options: TestClientOptions = {},
): Promise<TestClient> {
  const { store, clock, random, config } = context;
  const grantTypes = metadata.grant_types ?? ["authorization_code"];
  const whole: ClientMetadata = {
    application_type: "web",
    token_endpoint_auth_method: "client_secret_basic",
    response_types: grantTypes.includes("authorization_code") ? ["code"] : [],
    ...(grantTypes.includes("authorization_code") ? { redirect_uris: ["https://app.example/cb"] } : {}),
    ...metadata,
    grant_types: grantTypes,
  };
  const id = asClientId(options.id ?? newIdentifier(random));
  const fresh = newClientSecret(context, whole)?.reveal();
  const secret = fresh === undefined ? undefined : (options.secret ?? fresh);
  const now = clock.now();
  const client: Client = {
    id,
    metadata: whole,
    origin: options.origin ?? "administrator",
    createdAt: now,
    secrets: secret === undefined ? [] : [storedSecret(context, hashPresented("client-secret", secret))],
    approval: "none",
  };
  const standingGrant = grantTypes.includes("client_credentials")
    ? newStandingGrant(context, client, standingScopes(config.scopes, whole))
    : undefined;
  const actor = { kind: "system" } as const;
  const made = await store.clients.create({
    client,
    standingGrant,
    event: { at: now, name: "client.created", actor, clientId: id },
  });
  if (made === "taken") throw new Error(`there is a client ${id} already`);
  if (options.disabled === true) {
    await store.clients.setDisabled({ id, at: now, event: { at: now, name: "client.disabled", actor, clientId: id } });
  }
  const stored = (await store.clients.find(id)) ?? client;
  return { client: stored, id, secret, basic: basicHeader(id, secret ?? "") };
}

/** RFC 6749 §2.3.1: each half form-encoded, then both in base64. */
export const basicHeader = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeForm(id)}:${encodeForm(secret)}`).toString("base64")}`;

const encodeForm = (text: string): string => new URLSearchParams({ "": text }).toString().slice(1);
