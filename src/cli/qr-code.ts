import { renderUnicodeCompact } from "uqr";

/** A QR code for a terminal: black on white wherever the terminal has colours, so that every camera reads it. */
export const qrCode = (text: string): string =>
  renderUnicodeCompact(text, { border: 2 })
    .split("\n")
    .map((line) => (process.stdout.isTTY && process.env.NO_COLOR === undefined ? `\u001b[30;47m${line}\u001b[0m` : line))
    .join("\n");
