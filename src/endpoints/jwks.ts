import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { paths } from "../http/paths.ts";
import { refusals } from "../http/schemas.ts";
import { type SharedDocument, sharedDocument, sharedResponse } from "../http/shared-document.ts";
import type { PublicJwk } from "../model/client.ts";

const KeySet = t.Object(
  {
    keys: t.Array(
      t.Object(
        { kty: t.String(), use: t.Literal("sig"), alg: t.String(), kid: t.String() },
        { additionalProperties: true, description: "RFC 7517 §4" },
      ),
    ),
  },
  { description: "Public keys alone (RFC 7517 §5)." },
);

/** The keys that verify what Postern signs, those of tomorrow and yesterday with them. The first answer waits for the RSA key. */
export function jwksEndpoint({ keys }: Pick<Context, "keys">) {
  let written: { readonly keys: readonly PublicJwk[]; readonly document: SharedDocument } | undefined;
  return new Elysia({ name: "jwks" }).get(
    paths.jwks,
    async ({ request }) => {
      const current = await keys.jwks();
      // The key ring gives the same list until a key changes.
      if (written?.keys !== current) written = { keys: current, document: sharedDocument({ keys: current }) };
      return sharedResponse(request, written.document);
    },
    {
      response: { 200: KeySet, 304: t.Void(), 405: refusals[405], 500: refusals[500] },
      detail: { summary: "Key set", description: "RFC 7517 §5; OIDC Core §10.1", tags: ["Metadata"] },
    },
  );
}
