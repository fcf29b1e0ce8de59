import { and, eq, gt, isNull, lt, ne, or, sql } from "drizzle-orm";
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

type Input<Verb extends keyof KeyVerbs> = Parameters<KeyVerbs[Verb]>[0];
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
  const insert = (key: Omit<StoredKey, "number">) => {
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
  };

  return {
    raiseRevision,

    addMissing: (input: Input<"addMissing">) => {
      const missing = input.keys.filter((key) => !isThere(key));
      for (const key of missing) insert(key);
      if (missing.length > 0) raiseRevision();
    },

    rotate: (input: Input<"rotate">): "rotated" | "changed" => {
      if (revision() !== input.seen) return "changed";
      for (const { key, retireOthersAt: at } of input.rotated) {
        db.update(keys)
          .set({ removeAfter: at })
          .where(and(sameKind(key), or(isNull(keys.removeAfter), gt(keys.removeAfter, at))))
          .run();
        insert(key);
      }
      raiseRevision();
      record(input.event);
      return "rotated";
    },

    delay: (input: Input<"delay">) => {
      const delayed = db.select().from(keys).where(eq(keys.number, input.number)).get();
      if (delayed === undefined) return;
      db.update(keys).set({ activeFrom: input.activeFrom }).where(eq(keys.number, input.number)).run();
      db.update(keys)
        .set({ removeAfter: input.keepOthersUntil })
        .where(
          and(sameKind(toKey(delayed)), ne(keys.number, input.number), lt(keys.removeAfter, input.keepOthersUntil)),
        )
        .run();
      raiseRevision();
    },

    remove: (number: number) => {
      db.delete(keys).where(eq(keys.number, number)).run();
      raiseRevision();
    },
  };
}
