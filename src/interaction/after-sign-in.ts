import type { Context } from "../context.ts";
import { openState, sealState } from "../crypto/sealed-state.ts";

/** Where a sign-in may lead that belongs to no authorization. Sealed, so that no link can name an address (RFC 9700 §4.11). */
export type AfterSignIn =
  | { readonly to: "device" }
  /** A page of the account or of the administration: its path below the issuer's, perhaps with a query. */
  | { readonly to: "page"; readonly path: string };

const use = "after sign-in";

export const sealAfterSignIn = (
  { keys, random }: Pick<Context, "keys" | "random">,
  goal: AfterSignIn,
): Promise<string> => sealState(keys, random, use, goal);

/** What `sealAfterSignIn` has sealed for the sign-in page; undefined for anything else. */
export async function readAfterSignIn(
  { keys }: Pick<Context, "keys">,
  sealed: string,
): Promise<AfterSignIn | undefined> {
  const state = await openState(keys, use, sealed);
  if (typeof state !== "object" || state === null || !("to" in state)) return undefined;
  if (state.to === "device") return { to: "device" };
  return state.to === "page" && "path" in state && typeof state.path === "string"
    ? { to: "page", path: state.path }
    : undefined;
}
