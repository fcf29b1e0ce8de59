import type { Context } from "../context.ts";
import type { AuditEvent } from "../model/event.ts";
import type { Grant } from "../model/grant.ts";

/** What a client did to a grant of its own. */
export const grantEvent = (
  context: Pick<Context, "clock">,
  name: AuditEvent["name"],
  grant: Grant,
  address: string,
): AuditEvent => ({ ...unnamedGrantEvent(context, grant, address), name });

/** The same where the store names it by what it finds. */
export const unnamedGrantEvent = (
  { clock }: Pick<Context, "clock">,
  { id, clientId, userId }: Grant,
  address: string,
): Omit<AuditEvent, "name"> => ({
  at: clock.now(),
  actor: { kind: "client", clientId },
  userId,
  clientId,
  grantId: id,
  address,
});
