import { and, eq, gt, isNull, lte, sql } from "drizzle-orm";
import type { AccountLink } from "../../model/link.ts";
import type { Hashed } from "../../model/secret.ts";
import { after, days, type Instant } from "../../time.ts";
import type { LinkVerbs } from "../people.ts";
import type { Connection } from "./database.ts";
import type { RecordEvent } from "./events.ts";
import type { FactorWrites } from "./factors.ts";
import { everyColumn, lazily, orNull } from "./prepared.ts";
import { fromLink, toLink } from "./rows.ts";
import { accountLinks } from "./schema.ts";
import { standing } from "./standing.ts";
import { type UserWrites, userReads } from "./users.ts";

type Input<Verb extends keyof LinkVerbs> = Parameters<LinkVerbs[Verb]>[0];

export function linkReads(db: Connection) {
  const open = lazily(() =>
    db
      .select()
      .from(accountLinks)
      .where(
        and(
          eq(accountLinks.hash, sql.placeholder("hash")),
          isNull(accountLinks.usedAt),
          gt(accountLinks.expiresAt, sql.placeholder("now")),
          // As `isFromFuture` has it.
          lte(accountLinks.createdAt, sql.placeholder("latest")),
        ),
      )
      .prepare(),
  );
  return {
    find: (hash: Hashed<"account-link">, now: Instant): AccountLink | undefined => {
      const row = open().get({ hash, now, latest: after(now, days(1)) });
      return row && toLink(row);
    },
  };
}

export function linkWrites(
  db: Connection,
  record: RecordEvent,
  users: Pick<UserWrites, "changePassword" | "createUnrecorded">,
  factors: Pick<FactorWrites, "forgetAll">,
) {
  const { find } = linkReads(db);
  const { find: findUser, findByName } = userReads(db);
  const isStanding = standing(db);
  const insert = lazily(() => db.insert(accountLinks).values(everyColumn(accountLinks)).prepare());
  const spent = { usedAt: sql`${sql.placeholder("at")}` };
  const spend = lazily(() =>
    db
      .update(accountLinks)
      .set(spent)
      .where(eq(accountLinks.hash, sql.placeholder("hash")))
      .prepare(),
  );
  const voidEarlier = lazily(() =>
    db
      .update(accountLinks)
      .set(spent)
      .where(
        and(
          eq(accountLinks.kind, sql.placeholder("kind")),
          sql`${accountLinks.userId} is ${sql.placeholder("user")}`,
          isNull(accountLinks.usedAt),
        ),
      )
      .prepare(),
  );

  return {
    create: ({ link, event }: Input<"create">): "created" | "missing" => {
      if (link.userId !== undefined && findUser(link.userId) === undefined) return "missing";
      if (!isStanding(event.actor)) return "missing";
      voidEarlier().run({ kind: link.kind, user: orNull(link.userId), at: event.at });
      insert().run(fromLink(link, event.actor));
      record(event);
      return "created";
    },

    redeem: ({ hash, passwordHash, now, event }: Input<"redeem">): "done" | "link-refused" => {
      const link = find(hash, now);
      if (link?.userId === undefined || link.kind === "recover") return "link-refused";
      const user = findUser(link.userId);
      // Who was disabled since chooses no password for the time after.
      if (user === undefined || user.disabledAt !== undefined) return "link-refused";
      spend().run({ hash, at: now });
      users.changePassword({ ...user, passwordHash }, now);
      record(event);
      return "done";
    },

    recover: ({ hash, user, now, event }: Input<"recover">): Awaited<ReturnType<LinkVerbs["recover"]>> => {
      if (find(hash, now)?.kind !== "recover") return { outcome: "link-refused" };
      const before = findByName(user.username);
      if (before?.hostSubject !== undefined) return { outcome: "taken" };
      spend().run({ hash, at: now });
      const userId = before?.id ?? user.id;
      if (before === undefined) {
        const administrator = { ...user, role: "admin", disabledAt: undefined } as const;
        if (users.createUnrecorded(administrator) === "taken") throw new Error("a random user id was taken");
      } else {
        factors.forgetAll(userId);
        const { passwordHash } = user;
        users.changePassword({ ...before, role: "admin", disabledAt: undefined, passwordHash, updatedAt: now }, now);
      }
      record({ ...event, userId });
      return { outcome: "done", userId };
    },
  };
}
