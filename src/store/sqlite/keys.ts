import { and, eq, isNull, sql } from "drizzle-orm";
import type { StoredKey } from "../../model/key.ts";
import type { KeyVerbs } from "../store.ts";
import type { Connection } from "./database.ts";
import type { RecordEvent } from "./events.ts";
import { lazily, orNull } from "./prepared.ts";
import { toKey } from "./rows.ts";
import { instance, keys } from "./schema.ts";

export function keyReads(db: Connection) {
  const revision = lazily(() => db.select({ revision: instance.revision }).from(instance).limit(1).prepare());
  return {
    revision: () => revision().get()?.revision ?? 0,
    list: (): readonly StoredKey[] => db.select().from(keys).orderBy(keys.number).all().map(toKey),
  };
}

type KeyKind = Pick<StoredKey, "purpose" | "algorithm">;

export function keyWrites(db: Connection, record: RecordEvent) {
  const { revision } = keyReads(db);
  const raiseRevision = () => {
    db.update(instance)
      .set({ revision: sql`${instance.revision} + 1` })
      .run();
  };
  const sameKind = (key: KeyKind) => and(eq(keys.purpose, key.purpose), eq(keys.algorithm, key.algorithm));
  const isThere = (key: KeyKind) =>
    db.select({ number: keys.number }).from(keys).where(sameKind(key)).limit(1).get() !== undefined;

  return {
    raiseRevision,

    add: (input: Parameters<KeyVerbs["add"]>[0]): number => {
      const added = input.onlyIfMissing ? input.keys.filter((key) => !isThere(key)) : input.keys;
      if (added.length === 0) return revision();
      if (input.retireOthersAt !== undefined) {
        for (const key of added) {
          db.update(keys)
            .set({ removeAfter: input.retireOthersAt })
            .where(and(sameKind(key), isNull(keys.removeAfter)))
            .run();
        }
      }
      for (const key of added) {
        db.insert(keys)
          .values({
            purpose: key.purpose,
            algorithm: key.algorithm,
            sealed: key.sealed,
            publicJwk: key.publicJwk === undefined ? null : JSON.stringify(key.publicJwk),
            createdAt: key.createdAt,
            activeFrom: key.activeFrom,
            removeAfter: orNull(key.removeAfter),
          })
          .run();
      }
      raiseRevision();
      if (input.event !== undefined) record(input.event);
      return revision();
    },
    remove: (number: number) => {
      db.delete(keys).where(eq(keys.number, number)).run();
      raiseRevision();
    },
  };
}
