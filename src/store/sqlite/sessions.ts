import { and, desc, eq, getTableColumns, gte, isNull, ne, sql } from "drizzle-orm";
import { asSessionId, type SessionId, type UserId } from "../../brand.ts";
import type { Hashed } from "../../model/secret.ts";
import type { Session } from "../../model/user.ts";
import type { Instant } from "../../time.ts";
import type { Page } from "../listing.ts";
import type { SessionVerbs } from "../people.ts";
import type { Touches } from "../store.ts";
import type { Connection } from "./database.ts";
import type { RecordEvent } from "./events.ts";
import type { GrantWrites } from "./grants.ts";
import { pageOf } from "./pages.ts";
import { everyColumn, firstRow, lazily } from "./prepared.ts";
import type { UseProof } from "./proofs.ts";
import { fromSession, toSession } from "./rows.ts";
import { sessions, users } from "./schema.ts";

export function sessionReads(db: Connection) {
  const byCookie = firstRow(db, sessions.cookie, getTableColumns(sessions));
  const byId = firstRow(db, sessions.id, getTableColumns(sessions));
  const isOpen = (userId: UserId | undefined) =>
    and(userId === undefined ? undefined : eq(sessions.userId, userId), isNull(sessions.endedAt));
  return {
    find: (cookie: Hashed<"session">): Session | undefined => {
      const row = byCookie(cookie);
      return row && toSession(row);
    },
    findById: (id: SessionId): Session | undefined => {
      const row = byId(id);
      return row && toSession(row);
    },
    list: (userId?: UserId): readonly Session[] =>
      db.select().from(sessions).where(isOpen(userId)).orderBy(sessions.createdAt).all().map(toSession),
    page: (input: Parameters<SessionVerbs["page"]>[0]): Page<Session> =>
      pageOf(db, {
        ...input,
        table: sessions,
        where: and(
          isOpen(input.userId),
          input.seenSince === undefined ? undefined : gte(sessions.lastSeenAt, input.seenSince),
          input.madeSince === undefined ? undefined : gte(sessions.createdAt, input.madeSince),
        ),
        order: [desc(sessions.lastSeenAt), sessions.id],
        read: toSession,
      }),
  };
}

export type SessionWrites = ReturnType<typeof sessionWrites>;

export function sessionWrites(db: Connection, record: RecordEvent, grants: GrantWrites, useProof: UseProof) {
  const { findById } = sessionReads(db);
  const insert = lazily(() => db.insert(sessions).values(everyColumn(sessions)).prepare());
  const owner = lazily(() =>
    db
      .select({ passwordHash: users.passwordHash, disabledAt: users.disabledAt })
      .from(users)
      .where(eq(users.id, sql.placeholder("user")))
      .prepare(),
  );
  /** What was checked before may have changed until the session is written. */
  const mayStart = (user: UserId, passwordHash: string | undefined) => {
    const row = owner().get({ user });
    return (
      row !== undefined && row.disabledAt === null && (passwordHash === undefined || row.passwordHash === passwordHash)
    );
  };
  const carryOn = lazily(() =>
    db
      .update(sessions)
      .set({
        cookie: sql`${sql.placeholder("cookie")}`,
        authTime: sql`${sql.placeholder("authTime")}`,
        amr: sql`${sql.placeholder("amr")}`,
        lastSeenAt: sql`${sql.placeholder("lastSeenAt")}`,
      })
      .where(eq(sessions.id, sql.placeholder("id")))
      .prepare(),
  );
  const end = lazily(() =>
    db
      .update(sessions)
      .set({ endedAt: sql`${sql.placeholder("at")}` })
      .where(and(eq(sessions.id, sql.placeholder("id")), isNull(sessions.endedAt)))
      .returning({ id: sessions.id })
      .prepare(),
  );
  const endOthers = lazily(() =>
    db
      .update(sessions)
      .set({ endedAt: sql`${sql.placeholder("at")}` })
      .where(
        and(
          eq(sessions.userId, sql.placeholder("user")),
          ne(sessions.id, sql.placeholder("keep")),
          isNull(sessions.endedAt),
        ),
      )
      .returning({ id: sessions.id })
      .prepare(),
  );
  const touch = lazily(() =>
    db
      .update(sessions)
      .set({ lastSeenAt: sql`${sql.placeholder("at")}` })
      .where(eq(sessions.id, sql.placeholder("id")))
      .prepare(),
  );

  /** Ends all but one, without what is bound to them. */
  const endAllOfUser = (user: UserId, at: Instant, keep: SessionId | undefined) =>
    endOthers().all({ user, at, keep: keep ?? "" });

  /** Ends all but one and the grants that are bound to them; answers how many. */
  const signOutUser = (user: UserId, at: Instant, keep?: SessionId): number => {
    const ended = endAllOfUser(user, at, keep);
    for (const { id } of ended) grants.endAllOfSession(user, asSessionId(id), "signed-out", at);
    return ended.length;
  };

  return {
    /** Whether a session is the person's and has not ended. */
    isOpen: (user: UserId, id: SessionId): boolean => {
      const session = findById(id);
      return session !== undefined && session.userId === user && session.endedAt === undefined;
    },

    start: ({
      session,
      cookie,
      replaces,
      proof,
      passwordHash,
      mustGoOn = false,
      event,
    }: Parameters<SessionVerbs["start"]>[0]): "started" | "refused" => {
      const before = replaces === undefined ? undefined : findById(replaces);
      const goesOn = before !== undefined && before.endedAt === undefined && before.userId === session.userId;
      if (!mayStart(session.userId, passwordHash) || (mustGoOn && !goesOn)) return "refused";
      if (proof !== undefined && !useProof(session.userId, proof, event)) return "refused";
      // The same person signs in again: the session goes on under a new cookie. Another person's session ends.
      if (goesOn) {
        carryOn().run({ ...fromSession(session, cookie), id: before.id });
      } else {
        if (before !== undefined && end().get({ id: before.id, at: event.at }) !== undefined) {
          grants.endAllOfSession(before.userId, before.id, "signed-out", event.at);
        }
        insert().run(fromSession(session, cookie));
      }
      record(event);
      return "started";
    },

    end: ({ id, event }: Parameters<SessionVerbs["end"]>[0]): "ended" | "missing" => {
      const session = findById(id);
      if (session === undefined || end().get({ id, at: event.at }) === undefined) return "missing";
      grants.endAllOfSession(session.userId, id, "signed-out", event.at);
      record(event);
      return "ended";
    },

    endOthers: ({ userId, keep, event }: Parameters<SessionVerbs["endOthers"]>[0]): number => {
      const ended = signOutUser(userId, event.at, keep);
      if (ended > 0) record(event);
      return ended;
    },

    endAllOfUser,
    signOutUser,

    touch: (touched: Touches["sessions"]) => {
      for (const one of touched) touch().run({ id: one.id, at: one.at });
    },
  };
}
