import { authenticateClient, type PresentedClient } from "../clients/authentication.ts";
import type { Context } from "../context.ts";
import type { Origin } from "../http/client-address.ts";
import type { Client } from "../model/client.ts";
import { OAuthError } from "../oauth-error.ts";

type CredentialFields = Omit<PresentedClient, "authorization" | "address">;

/**
 * Authenticates the client of a request to an endpoint that answers directly: the step that all of them share.
 *
 * @throws OAuthError
 */
export function clientOfRequest(
  context: Context,
  request: Request,
  origin: Origin,
  body: CredentialFields,
): Promise<Client> {
  checkTransport(context, origin);
  const { client_id, client_secret, client_assertion, client_assertion_type } = body;
  return authenticateClient(context, {
    authorization: request.headers.get("authorization"),
    client_id,
    client_secret,
    client_assertion,
    client_assertion_type,
    address: origin.address,
  });
}

/** RFC 6749 §2.3.1: "The authorization server MUST require the use of TLS when sending requests using password authentication." */
function checkTransport({ config }: Pick<Context, "config">, origin: Origin): void {
  if (origin.isLocal || config.tls !== undefined || config.allowHttp || origin.protocol === "https") return;
  if (config.issuer.startsWith("http:")) return;
  throw new OAuthError(
    "invalid_request",
    "credentials must come over https, and a proxy that ends TLS must be named in POSTERN_TRUSTED_PROXIES",
    { status: 403 },
  );
}
