import { Elysia } from "elysia";
import { allowedScopes } from "../../clients/scopes.ts";
import type { Context } from "../../context.ts";
import { bearerToken, noBearer } from "../../http/bearer.ts";
import { queryText } from "../../http/form.ts";
import { readJsonBody } from "../../http/json.ts";
import { notStored } from "../../http/respond.ts";
import type { Client } from "../../model/client.ts";
import type { Actor } from "../../model/event.ts";
import { OAuthError } from "../../oauth-error.ts";
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
  new Elysia({ name: `api ${noun}`, strictPath: true, normalize: false }).derive(async ({ request, set }) => {
    Object.assign(set.headers, notStored);
    const administrator = await administratorOf(context, request);
    checkRepeated(request);
    return { administrator };
  });

/** The JSON body of a route, for Elysia's `parse`, which runs before everything else: the token comes first here, too. */
export const jsonOfAdministrator =
  (context: Context) =>
  async ({ request }: { readonly request: Request }): Promise<JsonValue> => {
    await administratorOf(context, request);
    const body = await readJsonBody(request, "invalid_request");
    // Whoever held the body back may have lost the right meanwhile: the token is read anew.
    known.delete(request);
    return body;
  };

const known = new WeakMap<Request, Promise<Administrator>>();

function administratorOf(context: Context, request: Request): Promise<Administrator> {
  const found = known.get(request) ?? authenticate(context, request);
  known.set(request, found);
  return found;
}

/**
 * The caller, by an access token in the header (RFC 6750 §2.1); cookies are not read. The token is read anew for each
 * request: whether it was revoked, whether its person is still an administrator and its client still registered for the
 * administration.
 *
 * @throws OAuthError invalid_token or insufficient_scope (RFC 6750 §3.1)
 */
async function authenticate(context: Context, request: Request): Promise<Administrator> {
  const sent = bearerToken(request);
  if (sent === undefined) throw noBearer(administrationScope);
  const token = await readAccessToken(context, sent);
  const client = token && (await context.store.clients.find(token.grant.clientId));
  if (token === undefined || client === undefined) {
    throw new OAuthError("invalid_token", "the access token is not valid here", { challenge: "Bearer" });
  }
  const { id: grantId, userId } = token.grant;
  const about = { clientId: client.id, userId };
  if (!token.scope.includes(administrationScope)) {
    throw insufficient("the access token lacks the scope postern:admin", about);
  }
  if (!allowedScopes(await context.ownScopes(), client.metadata).includes(administrationScope)) {
    throw insufficient("the client is not registered for postern:admin any more", about);
  }
  context.lastUsed.grant(grantId, context.clock.now());
  const actor: Actor = userId === undefined ? { kind: "client", clientId: client.id } : { kind: "user", userId };
  return { actor, client, token };
}

const insufficient = (description: string, about: NonNullable<OAuthError["options"]["about"]>): OAuthError =>
  new OAuthError("insufficient_scope", description, { challenge: "Bearer", scope: administrationScope, about });

/** Elysia keeps the last of two equal parameters: which of them was meant is not for us to guess. */
function checkRepeated(request: Request): void {
  const names = [...new URLSearchParams(queryText(request)).keys()];
  if (new Set(names).size < names.length) throw new OAuthError("invalid_request", "a parameter is repeated");
}
