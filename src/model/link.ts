import type { UserId } from "../brand.ts";
import type { Instant } from "../time.ts";
import type { Hashed } from "./secret.ts";

/**
 * `invite`: a new person chooses a password. `reset`: a person who lost it does. `recover`: the owner of the box makes
 * an administrator, or becomes one again.
 */
export type LinkKind = "invite" | "reset" | "recover";

/** A link that an administrator or the box itself has made out; good once. */
export interface AccountLink {
  readonly hash: Hashed<"account-link">;
  readonly kind: LinkKind;
  /** Whose it is; absent for `recover`. */
  readonly userId?: UserId | undefined;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly usedAt?: Instant | undefined;
}
