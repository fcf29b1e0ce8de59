import { Elysia } from "elysia";
import { allowedScopes } from "../../clients/scopes.ts";
import type { Context } from "../../context.ts";
import { bearerToken, noBearer } from "../../http/bearer.ts";
import { originOf, type Peer } from "../../http/client-address.ts";
import { queryText } from "../../http/form.ts";
import { readJsonBody } from "../../http/json.ts";
import { notStored } from "../../http/respond.ts";
import { lackOf } from "../../identity/factors.ts";
import type { Client } from "../../model/client.ts";
import type { Actor } from "../../model/event.ts";
import { OAuthError, unmet } from "../../oauth-error.ts";
import type { JsonValue } from "../../rules/json.ts";
import { administrationScope } from "../../rules/scope.ts";
import { type LiveAccessToken, readAccessToken } from "../../tokens/read.ts";

/** Who calls: a client of its own, or an administrator through a client. */
export interface Administrator {
  /** Who did it, in the audit log. */
  readonly actor: Actor;
  readonly client: Client;
  readonly token: LiveAccessToken;
}

/**
 * The plugin of one noun. Before anything of a request is looked at its token is: `administrator` is there in every
 * handler, and who has none learns nothing of what else would be wrong.
 */
export const administered = (context: Context, noun: string) =>
  new Elysia({ name: `api ${noun}`, strictPath: true, normalize: false }).derive(async ({ request, server, set }) => {
    Object.assign(set.headers, notStored);
    const administrator = await administratorOf(context, request, server);
    checkRepeated(request);
    return { administrator };
  });

/** The JSON body of a route, for Elysia's `parse`, which runs before everything else: the token comes first here, too. */
export const jsonOfAdministrator =
  (context: Context) =>
  async ({ request, server }: { readonly request: Request; readonly server: Peer | null }): Promise<JsonValue> => {
    await administratorOf(context, request, server);
    const body = await readJsonBody(request, "invalid_request");
    // Whoever held the body back may have lost the right meanwhile: the token is read anew.
    known.delete(request);
    return body;
  };

const known = new WeakMap<Request, Promise<Administrator>>();

function administratorOf(context: Context, request: Request, peer: Peer | null): Promise<Administrator> {
  const found = known.get(request) ?? authenticate(context, request, peer);
  known.set(request, found);
  return found;
}

/**
 * The caller, by an access token in the header (RFC 6750 §2.1); cookies are not read. The token is read anew for each
 * request: whether it was revoked, whether its person is still an administrator and has shown what the pages ask for by
 * now, and its client still registered for the administration.
 *
 * @throws OAuthError invalid_token or insufficient_scope (RFC 6750 §3.1)
 */
async function authenticate(context: Context, request: Request, peer: Peer | null): Promise<Administrator> {
  const sent = bearerToken(request);
  if (sent === undefined) throw noBearer(administrationScope);
  const token = await readAccessToken(context, sent);
  const client = token && (await context.store.clients.find(token.grant.clientId));
  if (token === undefined || client === undefined) {
    throw new OAuthError("invalid_token", "the access token is not valid here", { challenge: "Bearer" });
  }
  const { userId } = token.grant;
  const user = userId && (await context.store.users.find(userId));
  const about = { clientId: client.id, userId };
  if (!token.scope.includes(administrationScope)) {
    throw insufficient("the access token lacks the scope postern:admin", about);
  }
  if (!allowedScopes(await context.ownScopes(), client.metadata).includes(administrationScope)) {
    throw insufficient("the client is not registered for postern:admin any more", about);
  }
  // What a session that shows it lacks does not reach on the pages, a token that was given in it does not reach here.
  if (user !== undefined && (await lackOf(context, user, token.grant)) !== undefined) {
    throw new OAuthError("invalid_token", "the token was given without the second factor that is needed by now", {
      challenge: "Bearer",
      about,
      checks: unmet("the person had shown a second factor, where they have one or must have one"),
    });
  }
  context.lastUsed.tokenOf(token.grant, context.clock.now());
  const { address } = originOf(context, request, peer);
  const actor: Actor =
    userId === undefined ? { kind: "client", clientId: client.id, address } : { kind: "user", userId, address };
  return { actor, client, token };
}

const insufficient = (description: string, about: NonNullable<OAuthError["options"]["about"]>): OAuthError =>
  new OAuthError("insufficient_scope", description, { challenge: "Bearer", scope: administrationScope, about });

/** Elysia keeps the last of two equal parameters: which of them was meant is not for us to guess. */
function checkRepeated(request: Request): void {
  const names = [...new URLSearchParams(queryText(request)).keys()];
  if (new Set(names).size < names.length) throw new OAuthError("invalid_request", "a parameter is repeated");
}
