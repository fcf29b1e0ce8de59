import { notStored } from "./respond.ts";

/** How strict a page's policy is about where its forms may lead. */
export type FormTarget =
  /** The POST never leaves Postern. */
  | "here"
  /** It may end in a redirect to a client: browsers would check `form-action` against every hop (RFC 9700 §4.16). */
  | "client";

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

/** The headers of every HTML answer: nothing framed, nothing inline, nothing kept, nothing told to other sites. */
export const pageHeaders = (formTarget: FormTarget): Readonly<Record<string, string>> => ({
  ...notStored,
  "content-type": "text/html; charset=utf-8",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "content-security-policy": formTarget === "here" ? `${policy}; form-action 'self'` : policy,
});

export function htmlResponse(
  html: string,
  {
    status = 200,
    formTarget = "here",
    headers = {},
  }: {
    readonly status?: number;
    readonly formTarget?: FormTarget;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Response {
  return new Response(html, { status, headers: { ...pageHeaders(formTarget), ...headers } });
}

/** RFC 9700 §4.12: 303, never 307: what was posted is not posted on. */
export function redirectResponse(location: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, {
    status: 303,
    headers: { ...notStored, "referrer-policy": "no-referrer", ...headers, location },
  });
}
