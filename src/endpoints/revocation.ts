import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { readOwnJwt } from "../crypto/jwt.ts";
import { originOf } from "../http/client-address.ts";
import { formOf } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import { crossOrigin, notStored } from "../http/respond.ts";
import { clientCredentialFields, refusalsWithClient } from "../http/schemas.ts";
import { type Client, isPublicClient } from "../model/client.ts";
import type { Grant } from "../model/grant.ts";
import { OAuthError } from "../oauth-error.ts";
import { grantEvent } from "../tokens/grant-event.ts";
import { accessTokenFacts } from "../tokens/read.ts";
import { readRefreshToken } from "../tokens/refresh-token.ts";
import { clientOfRequest } from "./client-of-request.ts";

const RevocationRequestBody = t.Object(
  {
    token: t.Optional(t.String({ maxLength: 65536, description: "The token to revoke." })),
    token_type_hint: t.Optional(t.String({ maxLength: 65536, description: "Ignored: a token tells its own kind." })),
    ...clientCredentialFields,
  },
  { description: "A revocation request as a form (RFC 7009 §2.1)." },
);

/** So many tokens of one grant may be revoked one by one; then the grant ends, or a standing grant's epoch rises. */
const mostRevokedOfGrant = 1000;

/** RFC 7009 §2. */
export const revocationEndpoint = (context: Context) =>
  new Elysia({ name: "revocation" }).post(
    paths.revocation,
    async ({ body, request, server }) => {
      const origin = originOf(context, request, server);
      const client = await clientOfRequest(context, request, origin, body);
      if (body.token === undefined) throw new OAuthError("invalid_request", "token is missing");
      await revoke(context, { client, address: origin.address }, body.token);
      // RFC 7009 §2.2: "The content of the response body is ignored by the client".
      return new Response(null, { headers: { ...notStored, ...crossOrigin } });
    },
    {
      parse: formOf(RevocationRequestBody),
      body: RevocationRequestBody,
      response: { 200: t.Void({ description: "Revoked, or nothing that could be." }), ...refusalsWithClient },
      detail: { summary: "Revocation endpoint", description: "RFC 7009 §2", tags: ["OAuth"] },
    },
  );

interface Caller {
  readonly client: Client;
  readonly address: string;
}

type Revoking = Pick<Context, "store" | "keys" | "clock" | "config" | "log">;

/** @throws OAuthError invalid_request for another client's token, unsupported_token_type for another kind */
async function revoke(context: Revoking, caller: Caller, token: string): Promise<void> {
  const keys = await context.keys.open();
  const refresh = readRefreshToken(keys, token);
  if (refresh !== undefined) {
    const grant = await ownGrant(context, caller, refresh.grantId);
    // RFC 7009 §2.1: "the authorization server SHOULD also invalidate all access tokens based on the same authorization
    // grant". A retired generation ends it too: its client wants to be rid of it, whichever answer it has lost.
    if (grant?.endedAt !== undefined || grant === undefined) return;
    await context.store.grants.end({
      id: grant.id,
      because: "revoked",
      event: grantEvent(context, "grant.ended", grant, caller.address),
    });
    return;
  }
  const access = await accessTokenFacts(context, token);
  if (access === undefined) {
    if (codeOrSecret.test(token) || (token.startsWith("eyJ") && readOwnJwt(keys, token) !== undefined)) {
      throw new OAuthError("unsupported_token_type", "a token of this kind cannot be revoked");
    }
    return;
  }
  const grant = await ownGrant(context, caller, access.grantId);
  if (
    grant === undefined ||
    grant.endedAt !== undefined ||
    grant.epoch !== access.epoch ||
    access.expiresAt <= context.clock.now()
  )
    return;
  await context.store.grants.revokeAccessToken({
    grantId: grant.id,
    tokenId: access.tokenId,
    expiresAt: access.expiresAt,
    most: mostRevokedOfGrant,
    event: grantEvent(context, "token.revoked", grant, caller.address),
  });
}

/** What Postern also hands out, and nobody can revoke here: codes, device codes, client secrets, registration tokens. */
const codeOrSecret = /^pst_(?:ac|dc|cs|ra|ia)_[\w-]{43}$/;

/**
 * The grant behind a token, if it is the caller's. RFC 7009 §2.1: "the authorization server [...] verifies whether the
 * token was issued to the client making the revocation request". A public caller proves nothing, so it must not learn
 * that somebody else's string is a token.
 */
async function ownGrant({ store, log }: Revoking, { client }: Caller, id: Grant["id"]): Promise<Grant | undefined> {
  const grant = await store.grants.find(id);
  if (grant === undefined || grant.clientId === client.id) return grant;
  log.warn("a client tried to revoke another client's token", { client: client.id, owner: grant.clientId });
  if (isPublicClient(client)) return undefined;
  throw new OAuthError("invalid_request", "the token was not issued to this client");
}
