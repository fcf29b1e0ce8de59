import { renderUnicodeCompact } from "uqr";

/** A QR code for a terminal: white around black whatever the colours of the terminal are, so that every camera reads it. */
export function qrCode(text: string): string {
  const code = renderUnicodeCompact(text, { border: 2 });
  if (!process.stdout.isTTY || process.env.NO_COLOR) return code;
  // The blocks are the white parts.
  return code
    .split("\n")
    .map((line) => `\u001b[97;40m${line}\u001b[0m`)
    .join("\n");
}
