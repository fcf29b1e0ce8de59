/**
 * What a stream holds, as UTF-8; undefined when it is longer than that. Nothing is read beyond the bound, nor after the
 * signal, which ends the text where it is.
 */
export async function boundedText(
  stream: ReadableStream<Uint8Array> | null,
  mostBytes: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const reader = (stream ?? new Blob().stream()).getReader();
  // Cancelling closes what is at the other end.
  const cancel = () => reader.cancel().catch(() => undefined);
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      length += read.value.length;
      if (length > mostBytes) return undefined;
      chunks.push(read.value);
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } finally {
    signal?.removeEventListener("abort", cancel);
    await cancel();
  }
}
