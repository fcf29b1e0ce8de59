import { boundedText } from "./bounded-text.ts";
import { VerifierFault } from "./verifier-fault.ts";

/** An answer is a few names. */
const mostBytes = 16_384;

/**
 * What the verifier has said, whichever way it came.
 *
 * @throws VerifierFault timeout; malformed, when it is too long or no UTF-8
 */
export async function verifierText(stream: ReadableStream<Uint8Array> | null, signal: AbortSignal): Promise<string> {
  const text = await boundedText(stream, mostBytes, signal).catch((error: unknown) => {
    if (error instanceof TypeError && "code" in error && error.code === "ERR_ENCODING_INVALID_ENCODED_DATA")
      throw new VerifierFault("malformed", { detail: "it is no UTF-8", cause: error });
    throw error;
  });
  if (signal.aborted) throw new VerifierFault("timeout");
  if (text === undefined) throw new VerifierFault("malformed", { detail: `it is longer than ${mostBytes} bytes` });
  return text;
}
