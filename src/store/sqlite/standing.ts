import { eq, sql } from "drizzle-orm";
import type { Actor } from "../../model/event.ts";
import type { Connection } from "./database.ts";
import { lazily } from "./prepared.ts";
import { clients, users } from "./schema.ts";

/**
 * Whether who asked for something is still one who may when it is written: an enabled administrator, or an enabled client.
 * Asked where somebody is let in (again): nobody gives back to themselves what was taken from them a moment before.
 */
export type IsStanding = (actor: Actor) => boolean;

export function standing(db: Connection): IsStanding {
  const id = sql.placeholder("id");
  const user = lazily(() =>
    db.select({ role: users.role, disabledAt: users.disabledAt }).from(users).where(eq(users.id, id)).prepare(),
  );
  const client = lazily(() =>
    db.select({ disabledAt: clients.disabledAt }).from(clients).where(eq(clients.id, id)).prepare(),
  );
  return (actor) => {
    switch (actor.kind) {
      case "user": {
        const row = user().get({ id: actor.userId });
        return row?.role === "admin" && row.disabledAt === null;
      }
      case "client":
        return client().get({ id: actor.clientId })?.disabledAt === null;
      case "cli":
      case "system":
      case "anonymous":
        return true;
    }
  };
}
