import type { Context } from "../context.ts";
import { openState } from "../crypto/sealed-state.ts";

/** Where a sign-in may lead that belongs to no authorization. A closed list: no parameter can name an address (RFC 9700 §4.11). */
export type AfterSignIn = "device";

/** What device.ts has sealed for the sign-in page; undefined for anything else. */
export async function readAfterSignIn(
  { keys }: Pick<Context, "keys">,
  sealed: string,
): Promise<AfterSignIn | undefined> {
  const state = await openState(keys, "after sign-in", sealed);
  return typeof state === "object" && state !== null && "to" in state && state.to === "device" ? "device" : undefined;
}
