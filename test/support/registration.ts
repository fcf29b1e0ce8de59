import { hash } from "../../src/crypto/hash.ts";
import { newSecret } from "../../src/crypto/secret.ts";
import { after, type Duration, hours } from "../../src/time.ts";
import type { TestServer } from "./server.ts";

export type Json = Record<string, unknown>;

/** Metadata of a plain web client. */
export const webClient = { redirect_uris: ["https://app.example/cb"] };

export async function initialAccessToken(
  { context: { store, random, clock } }: TestServer,
  { uses = 1, lifetime = hours(1) }: { readonly uses?: number; readonly lifetime?: Duration } = {},
): Promise<string> {
  const token = newSecret(random, "initial-access-token");
  const now = clock.now();
  const event = { at: now, name: "registration-token.created", actor: { kind: "cli" } } as const;
  await store.registrationTokens.create({ hash: hash(token), uses, expiresAt: after(now, lifetime), event });
  return token.reveal();
}

export const bearer = (token: unknown): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Sends metadata, as JSON or as the text it is. */
export function register(
  server: TestServer,
  metadata: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return sendJson("POST", `${server.address}/auth/register`, metadata, headers);
}

export function sendJson(
  method: string,
  address: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(address, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** What a registration answers that must succeed. */
export async function registered(
  server: TestServer,
  metadata: unknown,
  headers: Record<string, string> = {},
): Promise<Json> {
  const response = await register(server, metadata, headers);
  const body = await response.json();
  if (response.status !== 201) throw new Error(`registration failed: ${JSON.stringify(body)}`);
  return body;
}

/** `[status, error]`. */
export async function outcome(response: Response | Promise<Response>): Promise<readonly [number, unknown]> {
  const answer = await response;
  return [answer.status, (await answer.json()).error];
}
