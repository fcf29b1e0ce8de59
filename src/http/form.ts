import { OAuthError } from "../oauth-error.ts";
import { checkFormContentType } from "../rules/form-content-type.ts";
import { checkNotInQuery, readParameters } from "../rules/parameters.ts";

/** A TypeBox object schema, as far as its names go. */
interface FormSchema {
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * Reads a form body into what its schema names, for Elysia's `parse`. Elysia's own parser would take any content type,
 * and keep duplicates of names it does not know.
 *
 * @throws OAuthError invalid_request, for a wrong content type, a duplicated or malformed parameter, or one in the query
 * @source RFC 6749 §3.2, App. B
 */
export function formOf(schema: FormSchema): (context: { readonly request: Request }) => Promise<Readonly<Record<string, string>>> {
  const recognised: ReadonlySet<string> = new Set(Object.keys(schema.properties));
  return async ({ request }) => {
    checkFormContentType(request.headers.get("content-type"));
    // A decompression bomb is not even opened.
    if (request.headers.has("content-encoding")) {
      throw new OAuthError("invalid_request", "the body must not be compressed");
    }
    const query = request.url.indexOf("?");
    if (query !== -1) checkNotInQuery(request.url.slice(query + 1), recognised);
    return Object.fromEntries(readParameters(await request.text(), recognised));
  };
}
