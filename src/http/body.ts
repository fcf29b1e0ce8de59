import { OAuthError } from "../oauth-error.ts";

/** No request to Postern is larger. */
const mostBytes = 64 * 1024;

/**
 * RFC 9110 §15.5.14: what is left of the body is not read, so the connection ends with the answer. Not that of a trusted
 * proxy, which has the body already: reset in the middle, it answers 502 itself (nginx one time in five), so the rest is
 * read and dropped.
 */
export const tooLarge = (isFromProxy = false): OAuthError =>
  new OAuthError("invalid_request", "the body is too large", { status: 413, ...(isFromProxy ? {} : { closes: true }) });

/** Whether a body says of itself that it is too large. Asked before anything else is done with the request. */
export const isDeclaredTooLarge = (request: Request): boolean =>
  Number(request.headers.get("content-length")) > mostBytes;

/**
 * The body as it was sent. One that does not tell its length is counted while it comes.
 *
 * @throws OAuthError invalid_request, when it is too large, or its caller went away in the middle
 */
export async function bodyBytes(request: Request): Promise<Uint8Array> {
  if (request.headers.has("content-length") || request.body === null) return request.bytes().catch(unread);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body) {
      length += chunk.length;
      if (length > mostBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof OAuthError) throw error;
    unread(error);
  }
  return Buffer.concat(chunks);
}

/** The same as text: of a form, whose characters are all ASCII, so that nothing is lost (RFC 6749 App. B). */
export const bodyText = (request: Request): Promise<string> =>
  request.headers.has("content-length")
    ? request.text().catch(unread)
    : bodyBytes(request).then((bytes) => new TextDecoder().decode(bytes));

/**
 * The same request with its body here already. Who sends it is asked after that: a body that is held back must not
 * outlive what is done meanwhile to the one who sends it (a sign-out, another password, a role that is taken away).
 */
export const withWholeBody = async (request: Request): Promise<Request> =>
  request.bodyUsed || request.body === null
    ? request
    : new Request(request.url, {
        method: request.method,
        headers: request.headers,
        body: new Uint8Array(await bodyBytes(request)),
      });

/** The caller went away: no fault of ours, whoever is left to be told. */
function unread(cause: unknown): never {
  throw new OAuthError("invalid_request", "the body did not come to its end", { cause });
}
