import { verifierText } from "./verifier-answer.ts";
import { VerifierFault } from "./verifier-fault.ts";

type HttpPlace = { readonly kind: "unix"; readonly path: string } | { readonly kind: "http"; readonly url: string };

/**
 * Posts a question over HTTP, to a unix socket or an address. Redirects are not followed, no proxy is asked, and no
 * connection is kept.
 *
 * @throws VerifierFault
 */
export async function postToVerifier(place: HttpPlace, document: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(place.kind === "unix" ? "http://localhost/" : place.url, {
    method: "POST",
    body: document,
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      "accept-encoding": "identity",
      "user-agent": "Postern",
    },
    redirect: "manual",
    keepalive: false,
    credentials: "omit",
    proxy: false,
    decompress: false,
    signal,
    ...(place.kind === "unix" ? { unix: place.path } : {}),
  } as BunFetchRequestInit);
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new VerifierFault("failed", { detail: `status ${response.status}` });
  }
  return verifierText(response.body, signal);
}
