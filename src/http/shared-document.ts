import { shared } from "./respond.ts";

/** A JSON document that is the same for everybody: written out once, sent often. */
export interface SharedDocument {
  readonly body: string | Blob;
  /** A strong validator (RFC 9110 §8.8.3). */
  readonly etag: string;
}

export function sharedDocument(value: object): SharedDocument {
  const body = JSON.stringify(value);
  return { body, etag: etagOf(body) };
}

export const etagOf = (body: string | Uint8Array): string => `"${Bun.hash(body).toString(36)}"`;

/** Sends the document, or says that the asker's copy is still good (RFC 9110 §13.1.2). */
export function sharedResponse(request: Request, { body, etag }: SharedDocument): Response {
  const headers = { ...shared, etag };
  return isCurrent(request.headers.get("if-none-match"), etag)
    ? new Response(null, { status: 304, headers })
    : new Response(body, { headers });
}

/** RFC 9110 §13.1.2: "A recipient MUST use the weak comparison function"; a proxy that compressed the body weakens the tag. */
const isCurrent = (header: string | null, etag: string): boolean =>
  (header?.split(",") ?? []).some((tag) => {
    const sent = tag.trim();
    return sent === "*" || sent === etag || sent === `W/${etag}`;
  });
