import { asSessionId, asUserId } from "../../src/brand.ts";
import { hash } from "../../src/crypto/hash.ts";
import { newIdentifier, newSecret } from "../../src/crypto/secret.ts";
import type { Client } from "../../src/model/client.ts";
import type { Grant } from "../../src/model/grant.ts";
import type { User } from "../../src/model/user.ts";
import { after } from "../../src/time.ts";
import { issueTokens, type TokenResponse } from "../../src/tokens/issue.ts";
import { newUserGrant } from "../../src/tokens/new-grant.ts";
import type { TestServer } from "./server.ts";

// What a person's sign-in and consent leave behind, without the pages: by the same verbs of the store.

type At = Pick<TestServer, "context">;

const actor = { kind: "system" } as const;

/** A person with a name, an address and nothing else, unless told otherwise. */
export async function createUser({ context }: At, changes: Partial<User> = {}): Promise<User> {
  const { store, clock, random } = context;
  const now = clock.now();
  const id = asUserId(newIdentifier(random));
  const user: User = {
    id,
    username: `person-${id.slice(0, 6).toLowerCase()}`,
    displayName: "Ada Lovelace",
    email: "ada@example.org",
    emailVerified: true,
    role: "user",
    groups: [],
    claims: {},
    origin: "administrator",
    declared: [],
    createdAt: now,
    updatedAt: now,
    failures: 0,
    ...changes,
  };
  const made = await store.users.create({ user, event: { at: now, name: "user.created", actor, userId: user.id } });
  if (made === "taken") throw new Error(`there is a user ${user.username} already`);
  return user;
}

export interface Granted {
  readonly user: User;
  readonly grant: Grant;
  readonly tokens: TokenResponse;
  readonly accessToken: string;
  /** Empty where the client has none. */
  readonly refreshToken: string;
}

interface Given {
  readonly client: Client;
  readonly user?: User;
  readonly scope?: readonly string[];
  readonly amr?: readonly string[];
  /** The `claims` parameter. */
  readonly claims?: string;
  readonly sid?: string;
  /** Binds the grant to its session. */
  readonly sessionId?: string;
  readonly nonce?: string;
}

/** Tokens as the code exchange gives them: a code is saved, then redeemed for a grant. */
export async function grantTokens(at: At, given: Given): Promise<Granted> {
  const { context } = at;
  const { store, clock, random, config } = context;
  const user = given.user ?? (await createUser(at));
  const scope = given.scope ?? ["openid", "offline_access"];
  const now = clock.now();
  const { client } = given;
  const code = hash(newSecret(random, "authorization-code"));
  const session = asSessionId(given.sid ?? newIdentifier(random));
  const shared = { userId: user.id, scope, authTime: now, amr: given.amr ?? ["pwd"], claims: given.claims };
  await store.codes.save({
    code: {
      hash: code,
      clientId: client.id,
      ...shared,
      sessionId: session,
      redirectUri: "https://app.example/cb",
      redirectUriSent: true,
      createdAt: now,
      expiresAt: after(now, config.authorizationCodeLifetime),
      failures: 0,
    },
    spend: { id: newIdentifier(random), expiresAt: after(now, config.authorizationCodeLifetime) },
  });
  const grant = newUserGrant(context, client, {
    ...shared,
    ...(given.sid === undefined ? {} : { sid: session }),
    ...(given.sessionId === undefined ? {} : { sessionId: asSessionId(given.sessionId) }),
  });
  const tokens = await issueTokens(context, {
    client,
    grant,
    scope,
    user,
    nonce: given.nonce,
    refreshGeneration: grant.refreshGeneration === 0 ? undefined : grant.refreshGeneration,
  });
  const event = { at: now, actor, userId: user.id, clientId: client.id, grantId: grant.id } as const;
  const outcome = await store.codes.redeem({
    hash: code,
    clientId: client.id,
    grant,
    now,
    mostFailures: 5,
    created: { ...event, name: "grant.created" },
    replayed: { ...event, name: "grant.code-replayed" },
  });
  if (outcome !== "redeemed") throw new Error(`the grant was not made: ${outcome}`);
  return { user, grant, tokens, accessToken: tokens.access_token, refreshToken: tokens.refresh_token ?? "" };
}
