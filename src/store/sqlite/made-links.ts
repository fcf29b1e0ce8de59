import { and, eq, isNull, sql } from "drizzle-orm";
import type { Actor } from "../../model/event.ts";
import type { Instant } from "../../time.ts";
import type { Connection } from "./database.ts";
import { lazily } from "./prepared.ts";
import { fromActor } from "./rows.ts";
import { accountLinks } from "./schema.ts";

/**
 * Voids the links that somebody made out who may not any more: whoever was an administrator has no door left open, for
 * themselves or for others, and it does not open again when they are one again.
 */
export type VoidMadeLinks = (maker: Extract<Actor, { readonly kind: "user" | "client" }>, at: Instant) => void;

export function madeLinks(db: Connection): VoidMadeLinks {
  const voidAll = lazily(() =>
    db
      .update(accountLinks)
      .set({ usedAt: sql`${sql.placeholder("at")}` })
      .where(and(eq(accountLinks.madeBy, sql.placeholder("maker")), isNull(accountLinks.usedAt)))
      .prepare(),
  );
  return (maker, at) => {
    voidAll().run({ maker: fromActor(maker), at });
  };
}
