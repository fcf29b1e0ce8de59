import type { Role } from "./user.ts";

/** One of the host's own users, as the host describes them at the moment. What it does not say the person does not have. */
export interface HostPerson {
  /** The host's own name for the account: never given to another, whatever the person is called. */
  readonly subject: string;
  /** Canonical form; absent where it is the one that was asked about. */
  readonly username?: string | undefined;
  readonly displayName?: string | undefined;
  readonly email?: string | undefined;
  readonly emailVerified: boolean;
  readonly groups: readonly string[];
  readonly role: Role;
}

/** Why the host lets somebody not in. */
export const hostRefusals = ["credentials", "unknown", "disabled", "expired", "locked", "unsupported"] as const;
export type HostRefusal = (typeof hostRefusals)[number];
