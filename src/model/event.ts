import type { ClientId, GrantId, UserId } from "../brand.ts";
import type { Instant } from "../time.ts";

/** What an auditor would ask for. Names are stable: scripts read them. */
export const eventNames = [
  "user.created",
  "user.updated",
  "user.disabled",
  "user.enabled",
  "user.deleted",
  "user.password-changed",
  "user.unlocked",
  "user.recovered",
  "user.name-clash",
  "user.host-refused",
  "factors.reset",
  "passkey.added",
  "passkey.renamed",
  "passkey.removed",
  "totp.enabled",
  "totp.disabled",
  "recovery-codes.created",
  "recovery-code.used",
  "link.created",
  "link.used",
  "session.started",
  "session.ended",
  "sign-in.failed",
  "client.created",
  "client.registered",
  "client.updated",
  "client.approved",
  "client.secret-added",
  "client.secret-removed",
  "client.secret-rotated",
  "client.disabled",
  "client.enabled",
  "client.deleted",
  "registration-token.created",
  "registration-token.revoked",
  "scope.declared",
  "scope.withdrawn",
  "grant.created",
  "grant.ended",
  "grant.renamed",
  "grant.code-replayed",
  "grant.refresh-replayed",
  "grant.newer-than-database",
  "token.revoked",
  "consent.given",
  "consent.denied",
  "consent.withdrawn",
  "device.approved",
  "device.denied",
  "key.rotated",
  "secret.changed",
  "setup.link-created",
  "setup.completed",
  "backup.created",
  "backup.failed",
  "database.restored",
] as const;
export type EventName = (typeof eventNames)[number];

/** Who did it. `address`: from where, for events that have none of their own; read back it is the event's. */
export type Actor =
  | { readonly kind: "system" | "cli" | "anonymous" }
  | { readonly kind: "user"; readonly userId: UserId; readonly address?: string | undefined }
  | { readonly kind: "client"; readonly clientId: ClientId; readonly address?: string | undefined };

export interface AuditEvent {
  readonly at: Instant;
  readonly name: EventName;
  readonly actor: Actor;
  readonly userId?: UserId | undefined;
  readonly clientId?: ClientId | undefined;
  readonly grantId?: GrantId | undefined;
  readonly address?: string | undefined;
  /** Plain facts, never a secret. */
  readonly detail?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** An event as the store gives it back. */
export interface RecordedEvent extends AuditEvent {
  /** Grows with time. */
  readonly id: number;
}
