import { type ErrorCode, OAuthError } from "../oauth-error.ts";
import { type JsonValue, parseStrictJson } from "../rules/json.ts";
import { bodyBytes } from "./body.ts";

/**
 * Reads a JSON body (RFC 8259). Elysia's own parser would take any content type, keep one of two
 * equal names, and put replacement characters for what is no UTF-8.
 *
 * @param code the error of the endpoint: invalid_client_metadata at registration
 * @throws OAuthError with that code
 */
export async function readJsonBody(request: Request, code: ErrorCode): Promise<JsonValue> {
  const [essence = "", ...parameters] = (request.headers.get("content-type") ?? "").split(";");
  if (essence.trim().toLowerCase() !== "application/json")
    throw new OAuthError(code, "the content type must be application/json");
  const charsets = parameters.flatMap((parameter) => /^\s*charset\s*=\s*"?([^"]*?)"?\s*$/i.exec(parameter)?.[1] ?? []);
  if (!charsets.every((charset) => /^utf-?8$/i.test(charset))) {
    throw new OAuthError(code, "the charset of the content type must be UTF-8");
  }
  // A decompression bomb is not even opened.
  if (request.headers.has("content-encoding")) throw new OAuthError(code, "the body must not be compressed");
  const text = readUtf8(await bodyBytes(request));
  if (text === undefined) throw new OAuthError(code, "the body is not UTF-8");
  return parseStrictJson(text, code);
}

function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
