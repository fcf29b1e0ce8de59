import type { Context } from "../context.ts";
import type { AuditEvent } from "../model/event.ts";
import type { Grant } from "../model/grant.ts";

/** What a client did to a grant of its own. */
export const grantEvent = (
  { clock }: Pick<Context, "clock">,
  name: AuditEvent["name"],
  { id, clientId, userId }: Grant,
  address: string,
): AuditEvent => ({
  at: clock.now(),
  name,
  actor: { kind: "client", clientId },
  userId,
  clientId,
  grantId: id,
  address,
});
