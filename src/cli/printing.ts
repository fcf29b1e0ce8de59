import { type Instant, isoTime } from "../time.ts";

/** Writes lines to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes a sentence to standard error. */
export function complain(sentence: string): void {
  process.stderr.write(`postern: ${withoutControls(sentence)}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Columns of equal width, as wide as the terminal shows the characters; `-` where there is nothing. */
export function table(headings: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const lines = [headings, ...rows.map((row) => row.map(cell))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => Bun.stringWidth(line[column] ?? ""))));
  return lines
    .map((line) =>
      line
        .map((text, column) => padded(text, widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** One value a line, the names in a column; what has no value is left out. */
export function listing(values: Readonly<Record<string, unknown>>): string {
  const shown = Object.entries(values).filter(([, value]) => value !== undefined && String(value) !== "");
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${padded(name, width)}  ${valueText(value)}`).join("\n");
}

/** `2026-11-23 06:40`, in UTC like every time that Postern shows. */
export const timeCell = (at: Instant | undefined): string | undefined =>
  at === undefined ? undefined : isoTime(at).slice(0, 16).replace("T", " ");

export const isoOrNone = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : isoTime(at));

function valueText(value: unknown): string {
  if (Array.isArray(value) && value.every((entry) => typeof entry === "string"))
    return withoutControls(value.join(" "));
  return typeof value === "string" ? withoutControls(value) : JSON.stringify(value);
}

/** Nothing that a browser or a client said of itself moves the cursor of who reads a list. */
export const withoutControls = (text: string): string => text.replace(/[^\P{Cc}\n]|\p{Bidi_Control}/gu, "�");

function cell(text: string | undefined): string {
  const line = withoutControls((text ?? "").replaceAll("\n", " "));
  if (line === "") return "-";
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

const padded = (text: string, width: number) => text + " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
