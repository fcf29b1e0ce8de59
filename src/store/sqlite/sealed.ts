import { eq, isNotNull } from "drizzle-orm";
import { asUserId } from "../../brand.ts";
import type { Sealed } from "../../model/key.ts";
import type { SealedVerbs } from "../store.ts";
import type { Connection } from "./database.ts";
import type { RecordEvent } from "./events.ts";
import { toKey } from "./rows.ts";
import { keys, secondFactors } from "./schema.ts";

export function sealedReads(db: Connection) {
  return {
    list: (): readonly Sealed[] => {
      const ofKeys = db.select().from(keys).orderBy(keys.number).all().map(toKey);
      const { userId, totpSeed, recoveryKey } = secondFactors;
      const seeds = db.select({ userId, sealed: totpSeed }).from(secondFactors).where(isNotNull(totpSeed)).all();
      const codes = db.select({ userId, sealed: recoveryKey }).from(secondFactors).where(isNotNull(recoveryKey)).all();
      const ofPeople = (what: "totp-seed" | "recovery-key", rows: typeof seeds): readonly Sealed[] =>
        rows.map((row) => ({ what, userId: asUserId(row.userId), sealed: row.sealed ?? "" }));
      return [
        ...ofKeys.map(({ number, purpose, algorithm, sealed }) => ({
          what: "key" as const,
          number,
          purpose,
          algorithm,
          sealed,
        })),
        ...ofPeople("totp-seed", seeds),
        ...ofPeople("recovery-key", codes),
      ];
    },
  };
}

export function sealedWrites(db: Connection, record: RecordEvent, raiseRevision: () => void) {
  const { list } = sealedReads(db);

  const set = (place: Sealed, sealed: string) => {
    switch (place.what) {
      case "key":
        return db.update(keys).set({ sealed }).where(eq(keys.number, place.number)).run();
      case "totp-seed":
        return db.update(secondFactors).set({ totpSeed: sealed }).where(eq(secondFactors.userId, place.userId)).run();
      case "recovery-key":
        return db
          .update(secondFactors)
          .set({ recoveryKey: sealed })
          .where(eq(secondFactors.userId, place.userId))
          .run();
    }
  };

  return {
    replace: ({ listed, anew, event }: Parameters<SealedVerbs["replace"]>[0]): "replaced" | "changed" => {
      if (!Bun.deepEquals(list(), listed)) return "changed";
      for (const { place, sealed } of anew) set(place, sealed);
      raiseRevision();
      record(event);
      return "replaced";
    },
  };
}
