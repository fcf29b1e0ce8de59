import { boundedText } from "./bounded-text.ts";
import { VerifierFault } from "./verifier-fault.ts";

/** An answer is a few names. */
const mostBytes = 16_384;

/**
 * What the verifier has said, whichever way it came.
 *
 * @throws VerifierFault malformed, when it is too long or no UTF-8
 */
export async function verifierText(stream: ReadableStream<Uint8Array> | null): Promise<string> {
  const text = await boundedText(stream, mostBytes).catch((error: unknown) => {
    if (error instanceof TypeError && "code" in error && error.code === "ERR_ENCODING_INVALID_ENCODED_DATA")
      throw new VerifierFault("malformed", { detail: "it is no UTF-8", cause: error });
    throw error;
  });
  if (text === undefined) throw new VerifierFault("malformed", { detail: `it is longer than ${mostBytes} bytes` });
  return text;
}
