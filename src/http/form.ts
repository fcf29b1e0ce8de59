import { OAuthError } from "../oauth-error.ts";
import { checkFormContentType } from "../rules/form-content-type.ts";
import { checkNotInQuery, type Parameters, readParameters } from "../rules/parameters.ts";
import { bodyText } from "./body.ts";

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
export function formOf(
  schema: FormSchema,
): (context: { readonly request: Request }) => Promise<Readonly<Record<string, string>>> {
  const recognised: ReadonlySet<string> = new Set(Object.keys(schema.properties));
  return async ({ request }) => {
    const form: Record<string, string> = {};
    for (const [name, value] of readParameters(await formText(request, recognised), recognised)) form[name] = value;
    return form;
  };
}

/**
 * The parameters of a form that a page has sent.
 *
 * @throws OAuthError invalid_request, as `formOf`
 */
export async function readForm<Name extends string>(
  request: Request,
  recognised: ReadonlySet<Name>,
): Promise<Parameters<Name>> {
  return readParameters(await formText(request, recognised), recognised);
}

/** The body of a form, as it was sent; what it may hold is not in the query too. */
export function formText(request: Request, recognised: ReadonlySet<string>): Promise<string> {
  checkFormContentType(request.headers.get("content-type"));
  // A decompression bomb is not even opened.
  if (request.headers.has("content-encoding")) {
    throw new OAuthError("invalid_request", "the body must not be compressed");
  }
  checkNotInQuery(queryText(request), recognised);
  return bodyText(request);
}

/** The query as it was sent, without its `?`. */
export function queryText({ url }: Pick<Request, "url">): string {
  const query = url.indexOf("?");
  return query === -1 ? "" : url.slice(query + 1);
}
