import type { Context } from "../context.ts";
import { networkOf } from "../rules/client-address.ts";
import { accountLinksOfAddress } from "../throttle/limits.ts";
import type { Wait } from "../throttle/throttle.ts";

/** Where somebody opens a link. */
interface Opener {
  readonly address: string;
  /** Limits by address do not apply: everybody behind this box's own proxy would share them. */
  readonly isLocal: boolean;
}

/** The wait where too many wrong links have been tried from an address; undefined where one may be tried. */
export const waitForLink = ({ throttle }: Pick<Context, "throttle">, { address, isLocal }: Opener): Wait | undefined =>
  isLocal ? undefined : throttle.waitFor(accountLinksOfAddress, networkOf(address));

export function countWrongLink({ throttle }: Pick<Context, "throttle">, { address, isLocal }: Opener): void {
  if (!isLocal) throttle.count(accountLinksOfAddress, networkOf(address));
}
