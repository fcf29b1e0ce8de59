import { openEnvelope, sealEnvelope } from "./envelope.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Random } from "./random.ts";

// State that travels through the browser: sealed, so that it can be neither read nor made up, and nothing is written
// for somebody who has only looked at a page. What it is for is authenticated with it.

/** Seals a value that JSON can hold. The answer is text for a URL or a form field. */
export const sealState = async (
  keys: Pick<KeyRing, "sealing">,
  random: Random,
  use: string,
  value: unknown,
): Promise<string> => sealEnvelope(await keys.sealing(), random, use, Buffer.from(JSON.stringify(value)));

/** Gives undefined for everything that was not sealed here for this use. */
export async function openState(keys: Pick<KeyRing, "open">, use: string, sealed: string): Promise<unknown> {
  const opened = openEnvelope((await keys.open()).sealingByNumber, use, sealed);
  return opened && JSON.parse(opened.plain.toString());
}
