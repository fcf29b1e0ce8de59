/** A member of an answer that must be text. */
export function asText(value: unknown): string {
  if (typeof value !== "string" || value === "") throw new Error(`${JSON.stringify(value)} is no text`);
  return value;
}
