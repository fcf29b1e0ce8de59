import { eq } from "drizzle-orm";
import type { DeclaredScope } from "../../model/scope.ts";
import type { ScopeVerbs } from "../store.ts";
import type { Connection } from "./database.ts";
import type { RecordEvent } from "./events.ts";
import { orUndefined } from "./prepared.ts";
import { fromScope, toScope } from "./rows.ts";
import { instance, scopes } from "./schema.ts";

// Read when the revision has changed, and written by a person's command: nothing here is worth preparing.

export const scopeReads = (db: Connection) => ({
  list: (): readonly DeclaredScope[] => db.select().from(scopes).orderBy(scopes.name).all().map(toScope),
});

export const scopeWrites = (db: Connection, record: RecordEvent, raiseRevision: () => void) => ({
  save: ({ scope, event }: Parameters<ScopeVerbs["save"]>[0]) => {
    const row = fromScope(scope);
    db.insert(scopes).values(row).onConflictDoUpdate({ target: scopes.name, set: row }).run();
    raiseRevision();
    record(event);
  },
});

export const declarationReads = (db: Connection) => ({
  source: (): string | undefined => {
    const row = db.select({ declaredIn: instance.declaredIn }).from(instance).where(eq(instance.id, 1)).get();
    return row && orUndefined(row.declaredIn);
  },
});

export const declarationWrites = (db: Connection) => ({
  setSource: (source: string) => {
    db.update(instance).set({ declaredIn: source }).run();
  },
});
