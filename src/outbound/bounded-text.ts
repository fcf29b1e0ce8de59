/** What a stream holds, as UTF-8; undefined when it is longer than that. Nothing is read beyond the bound. */
export async function boundedText(
  stream: ReadableStream<Uint8Array> | null,
  mostBytes: number,
): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream ?? []) {
    length += chunk.length;
    // Leaving the loop cancels the stream, and so closes what is at its other end.
    if (length > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
}
