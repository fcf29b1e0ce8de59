import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { once } from "../once.ts";
import type { Asset } from "./assets/assets.ts";

/** A file that anybody may ask for, and everybody gets the same of. */
export interface SharedFile {
  readonly type: string;
  readonly tag: string;
  /** Sent to all who ask: of a text or an array Bun (1.4.5) makes a copy for each, and keeps it until that is read. */
  readonly body: Blob;
  /** Of what is large, in fewer octets; made once, by another thread, for it takes up to 40 ms. */
  readonly compressed?: () => Promise<Blob>;
}

/** Files change with the executable alone: their path and size tell one from another. Weak, since they may be sent compressed. */
export function sharedFile({ type, body }: Asset): SharedFile {
  if (!(body instanceof Blob)) return { type, tag: `"${Bun.hash(body).toString(36)}"`, body: new Blob([body]) };
  const tag = `W/"${Bun.hash(`${body.name} ${body.size}`).toString(36)}"`;
  return { type, tag, body, compressed: once(async () => new Blob([await compress(await body.bytes())])) };
}

const compress = promisify(gzip);

/** Asked for again each time and answered by the tag: after an upgrade no page meets the styles of the day before. */
const caching = "public, no-cache";

/** An SVG that is opened as a document of its own gets to do nothing. */
const alone = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** The file, or that the one who asks has it already. */
export async function sendFile(request: Request, { type, tag, body, compressed }: SharedFile): Promise<Response> {
  const headers = { "cache-control": caching, etag: tag, "x-content-type-options": "nosniff" };
  // RFC 9110 §13.1.2.
  if (request.headers.get("if-none-match")?.includes(tag) === true) return new Response(null, { status: 304, headers });
  const policy = type.startsWith("image/") ? { "content-security-policy": alone } : {};
  const sent = { ...headers, ...policy, "content-type": type };
  if (compressed === undefined) return new Response(body, { headers: sent });
  const vary = { ...sent, vary: "accept-encoding" };
  // RFC 9110 §12.5.3; who names a weight for gzip gets the file as it is, which is always acceptable.
  if (!/(?:^|,) *gzip *(?:,|$)/.test(request.headers.get("accept-encoding") ?? ""))
    return new Response(body, { headers: vary });
  return new Response(await compressed(), { headers: { ...vary, "content-encoding": "gzip" } });
}
