import { and, eq, sql } from "drizzle-orm";
import type { ClientId, UserId } from "../../brand.ts";
import type { Consent } from "../../model/grant.ts";
import type { ConsentVerbs } from "../store.ts";
import type { Connection } from "./database.ts";
import type { RecordEvent } from "./events.ts";
import type { GrantWrites } from "./grants.ts";
import { everyColumn, joinList, lazily } from "./prepared.ts";
import { toConsent } from "./rows.ts";
import { consents } from "./schema.ts";
import type { UnredeemedWrites } from "./unredeemed.ts";

export function consentReads(db: Connection) {
  const ofBoth = lazily(() =>
    db
      .select()
      .from(consents)
      .where(and(eq(consents.userId, sql.placeholder("user")), eq(consents.clientId, sql.placeholder("client"))))
      .prepare(),
  );
  return {
    find: (user: UserId, client: ClientId): Consent | undefined => {
      const row = ofBoth().get({ user, client });
      return row && toConsent(row);
    },
    list: (user: UserId): readonly Consent[] =>
      db.select().from(consents).where(eq(consents.userId, user)).all().map(toConsent),
  };
}

export function consentWrites(db: Connection, record: RecordEvent, grants: GrantWrites, unredeemed: UnredeemedWrites) {
  const { find } = consentReads(db);
  const upsert = lazily(() =>
    db
      .insert(consents)
      .values(everyColumn(consents))
      .onConflictDoUpdate({
        target: [consents.userId, consents.clientId],
        set: { scope: sql`excluded.scope`, declined: sql`excluded.declined`, grantedAt: sql`excluded.granted_at` },
      })
      .prepare(),
  );
  const remove = lazily(() =>
    db
      .delete(consents)
      .where(and(eq(consents.userId, sql.placeholder("user")), eq(consents.clientId, sql.placeholder("client"))))
      .prepare(),
  );

  return {
    /**
     * What was allowed before stays allowed, and what was declined stays declined: the scopes are joined. Where they
     * differ, what the person says now counts.
     */
    give: (consent: Consent) => {
      const before = find(consent.userId, consent.clientId);
      const given = new Set(consent.scope);
      const declined = new Set(consent.declined).difference(given);
      upsert().run({
        userId: consent.userId,
        clientId: consent.clientId,
        scope: joinList([...new Set(before?.scope).difference(declined).union(given)]),
        declined: joinList([...new Set(before?.declined).difference(given).union(declined)]),
        grantedAt: consent.grantedAt,
      });
    },

    withdraw: ({ userId, clientId, event }: Parameters<ConsentVerbs["withdraw"]>[0]): "withdrawn" | "missing" => {
      const known = find(userId, clientId) !== undefined;
      remove().run({ user: userId, client: clientId });
      unredeemed.endOfBoth(userId, clientId);
      // A first-party client has grants and no consent.
      const ended = grants.endAllOfBoth(userId, clientId, "revoked", event.at);
      if (!known && ended === 0) return "missing";
      record(event);
      return "withdrawn";
    },
  };
}
