/** From the first byte to the answer. */
const deadline = 5000;

/**
 * Posts a document to the collector that the operator has named. Redirects are not followed, no proxy is asked, and nothing
 * of the answer is read but its status.
 *
 * @returns whether it was taken (OTLP/HTTP: 200)
 */
export async function postToCollector(
  { url, headers }: { readonly url: string; readonly headers: readonly (readonly [name: string, value: string])[] },
  document: string,
  signal: AbortSignal,
): Promise<boolean> {
  const request: BunFetchRequestInit & { readonly decompress: boolean } = {
    method: "POST",
    body: document,
    headers: {
      "user-agent": "Postern",
      ...Object.fromEntries(headers),
      "content-type": "application/json",
      "accept-encoding": "identity",
    },
    redirect: "manual",
    credentials: "omit",
    proxy: false,
    decompress: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(deadline)]),
  };
  const response = await fetch(url, request);
  await response.body?.cancel();
  return response.ok;
}
