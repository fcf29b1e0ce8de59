import { t } from "elysia";
import { ClientMetadataBody } from "../../http/client-schemas.ts";
import { mostClientSecrets } from "../../model/client.ts";
import type { JsonObject } from "../../rules/json.ts";
import { Time } from "./schemas.ts";

const flag = (description: string) => t.Optional(t.Boolean({ description }));

/** RFC 7591 §2, and what only an administrator says of a client. */
const metadataFields = {
  ...ClientMetadataBody.properties,
  require_pkce: flag("False lets a confidential client do without PKCE."),
  rotate_refresh_tokens: flag("True makes a confidential client's refresh tokens rotate as a public one's always do."),
  access_token_format: t.Optional(
    t.Union([t.Literal("opaque"), t.Literal("jwt")], { description: "Default: opaque." }),
  ),
  first_party: flag("People are not asked for their consent; for confidential clients with https redirects."),
  require_mfa: flag("People sign in to it with a second factor."),
  resource_server: flag("May introspect tokens of other clients."),
  accepts: t.Optional(t.String({ description: "The scopes that concern this resource server; left out: all." })),
};

/** The members are checked by the rules of registration: they name what is wrong, and know `client_name#de` and its like. */
export const NewClientBody = t.Object(
  {
    client_id: t.Optional(t.String({ description: "1 to 64 letters, digits and . _ -. Default: random." })),
    ...metadataFields,
  },
  { description: "A client (RFC 7591 §2). null and an empty text count as left out; what is not known is refused." },
);

export const ClientBody = t.Unsafe<JsonObject>(
  t.Object(
    {
      client_id: t.String(),
      client_id_issued_at: t.Integer({ description: "Seconds since 1970." }),
      client_secret: t.Optional(t.String({ description: "Told once, when it is made." })),
      client_secret_expires_at: t.Optional(t.Integer({ description: "0: never." })),
      ...metadataFields,
      origin: t.Union([
        t.Literal("administrator"),
        t.Literal("registration"),
        t.Literal("file"),
        t.Literal("apply"),
        t.Literal("withdrawn"),
      ]),
      declared: t.Boolean({ description: "It is changed only where it is declared." }),
      disabled: t.Boolean(),
      approval: t.Union([t.Literal("none"), t.Literal("waiting"), t.Literal("approved")]),
      secrets: t.Array(
        t.Object({
          id: t.String({ description: "Names the secret; no part of it." }),
          created_at: Time,
          last_used_at: t.Optional(Time),
        }),
        { maxItems: mostClientSecrets, description: "The newest first." },
      ),
      last_used_at: t.Optional(Time),
    },
    { additionalProperties: true, description: "A client." },
  ),
);
