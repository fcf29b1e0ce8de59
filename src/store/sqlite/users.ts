import { and, eq, getTableColumns, gt, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import type { SessionId, UserId } from "../../brand.ts";
import type { Hashed } from "../../model/secret.ts";
import type { User } from "../../model/user.ts";
import type { Instant } from "../../time.ts";
import { after, milliseconds } from "../../time.ts";
import type { Page } from "../listing.ts";
import type { SetupVerbs, UserDeclaration, UserVerbs } from "../people.ts";
import type { Connection } from "./database.ts";
import type { RecordEvent } from "./events.ts";
import type { GrantWrites } from "./grants.ts";
import { madeLinks } from "./made-links.ts";
import { contains, pageOf } from "./pages.ts";
import { assignments, everyColumn, firstRow, lazily } from "./prepared.ts";
import { fromUser, toUser } from "./rows.ts";
import { accountLinks, consents, instance, passkeys, recoveryCodes, secondFactors, users } from "./schema.ts";
import type { SessionWrites } from "./sessions.ts";
import { standing } from "./standing.ts";
import type { UnredeemedWrites } from "./unredeemed.ts";

type Input<Verb extends keyof UserVerbs> = Parameters<UserVerbs[Verb]>[0];

export function userReads(db: Connection) {
  const byId = firstRow(db, users.id, getTableColumns(users));
  const byName = firstRow(db, users.username, getTableColumns(users));
  const byHostSubject = firstRow(db, users.hostSubject, getTableColumns(users));
  const administrator = lazily(() =>
    db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.role, "admin"), isNull(users.disabledAt)))
      .limit(1)
      .prepare(),
  );
  return {
    find: (id: UserId): User | undefined => {
      const row = byId(id);
      return row && toUser(row);
    },
    findByName: (username: string): User | undefined => {
      const row = byName(username);
      return row && toUser(row);
    },
    findByHostSubject: (hostSubject: string): User | undefined => {
      const row = byHostSubject(hostSubject);
      return row && toUser(row);
    },
    list: (): readonly User[] => db.select().from(users).orderBy(users.username).all().map(toUser),
    page: (input: Input<"page">): Page<User> =>
      pageOf(db, { ...input, table: users, where: isWanted(input), order: [users.username], read: toUser }),
    hasAdministrator: () => administrator().get() !== undefined,
  };
}

const isWanted = ({ text, role }: Input<"page">) =>
  and(text === undefined ? undefined : userContains(text), role === undefined ? undefined : eq(users.role, role));

const userContains = (text: string): SQL | undefined =>
  or(
    contains(users.username, text),
    contains(users.displayName, text),
    contains(users.email, text),
    sql`exists (select 1 from json_each(iif(${users.groups} = '', '[]', ${users.groups})) as named
      where ${contains(sql`named.value`, text)})`,
  );

export type UserWrites = ReturnType<typeof userWrites>;

export function userWrites(
  db: Connection,
  record: RecordEvent,
  grants: GrantWrites,
  sessions: SessionWrites,
  unredeemed: UnredeemedWrites,
) {
  const { find, findByName, hasAdministrator } = userReads(db);
  const { isLinkValid } = setupReads(db);
  const isStanding = standing(db);
  const voidMadeLinks = madeLinks(db);
  const { id: idColumn, ...changeable } = everyColumn(users);
  const insert = lazily(() =>
    db
      .insert(users)
      .values({ id: idColumn, ...changeable })
      .onConflictDoNothing()
      .returning({ id: users.id })
      .prepare(),
  );
  const replace = lazily(() =>
    db
      .update(users)
      .set(assignments(changeable))
      .where(eq(users.id, sql.placeholder("id")))
      .prepare(),
  );
  const remove = lazily(() =>
    db
      .delete(users)
      .where(eq(users.id, sql.placeholder("id")))
      .prepare(),
  );
  const forgets = [consents, passkeys, secondFactors, recoveryCodes, accountLinks].map((table) =>
    lazily(() =>
      db
        .delete(table)
        .where(eq(table.userId, sql.placeholder("id")))
        .prepare(),
    ),
  );
  const voidLinks = lazily(() =>
    db
      .update(accountLinks)
      .set({ usedAt: sql`${sql.placeholder("at")}` })
      .where(and(eq(accountLinks.userId, sql.placeholder("id")), isNull(accountLinks.usedAt)))
      .prepare(),
  );
  const otherAdministrator = lazily(() =>
    db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.role, "admin"), isNull(users.disabledAt), ne(users.id, sql.placeholder("id"))))
      .limit(1)
      .prepare(),
  );
  const setSetupLink = lazily(() =>
    db
      .update(instance)
      .set({ setupLinkHash: sql`${sql.placeholder("hash")}`, setupLinkExpiresAt: sql`${sql.placeholder("expiresAt")}` })
      .prepare(),
  );

  const save = (user: User) => {
    replace().run(fromUser(user));
  };
  const create = (user: User): "created" | "taken" =>
    insert().get(fromUser(user)) === undefined ? "taken" : "created";
  const isLastAdministrator = (user: User) =>
    user.role === "admin" && user.disabledAt === undefined && otherAdministrator().get({ id: user.id }) === undefined;
  const endEverything = (
    id: UserId,
    because: "user-disabled" | "password-changed" | "host-refused",
    at: Instant,
    keepSession?: SessionId,
  ) => {
    unredeemed.endOfUser(id);
    grants.endAllOfUser(id, because, at);
    sessions.endAllOfUser(id, at, keepSession);
  };

  /** What only an administrator can give does not come back with the role. */
  const endAdministration = (id: UserId, at: Instant) => {
    grants.endRestrictedOfUser(id, "revoked", at);
    voidMadeLinks({ kind: "user", userId: id }, at);
  };

  /** Links to choose another password are void with it, and the wrong ones before it forgotten. */
  const replacePassword = (user: User, at: Instant) => {
    save({ ...user, failures: 0, lockedUntil: undefined });
    voidLinks().run({ id: user.id, at });
  };

  /** Ends all that was begun with the password before. */
  const changePassword = (user: User, at: Instant, keepSession?: SessionId) => {
    replacePassword(user, at);
    endEverything(user.id, "password-changed", at, keepSession);
  };

  /** Whether what the person has shown to choose another password holds no more. */
  const isOutdated = (user: User, { keepSession, before }: Input<"setPassword">) =>
    before !== undefined &&
    (before.passwordHash !== user.passwordHash ||
      (keepSession !== undefined && !sessions.isOpen(user.id, keepSession)));

  return {
    createUnrecorded: create,
    saveUnrecorded: save,
    changePassword,
    endAdministration,
    endEverything,

    create: ({ user, event }: Input<"create">): "created" | "taken" => {
      if (create(user) === "taken") return "taken";
      record(event);
      return "created";
    },

    update: ({ id, changes, seen = {}, event }: Input<"update">): Awaited<ReturnType<UserVerbs["update"]>> => {
      const user = find(id);
      if (user === undefined) return "missing";
      if (changes.role === "admin" && user.role !== "admin" && !isStanding(event.actor)) return "missing";
      if (!Bun.deepEquals({ ...user, ...seen }, user)) return "outdated";
      if (changes.role === "user" && isLastAdministrator(user)) return "last-administrator";
      if (changes.username !== undefined && changes.username !== user.username) {
        if (findByName(changes.username) !== undefined) return "taken";
      }
      const email = changes.email === undefined ? user.email : (changes.email ?? undefined);
      save({
        ...user,
        username: changes.username ?? user.username,
        displayName: changes.displayName === undefined ? user.displayName : (changes.displayName ?? undefined),
        email,
        emailVerified: email !== undefined && (changes.emailVerified ?? user.emailVerified),
        role: changes.role ?? user.role,
        groups: changes.groups ?? user.groups,
        claims: changes.claims ?? user.claims,
        ...(changes.declaration === undefined ? {} : declaredBy(changes.declaration, user)),
        updatedAt: event.at,
      });
      if (changes.role === "user") endAdministration(id, event.at);
      record(event);
      return "updated";
    },

    setPassword: (input: Input<"setPassword">): "done" | "missing" | "outdated" => {
      const user = find(input.id);
      if (user === undefined) return "missing";
      if (isOutdated(user, input)) return "outdated";
      const { passwordHash } = input;
      const changed = { ...user, passwordHash, ...(input.isDeclared ? { declaredPasswordHash: passwordHash } : {}) };
      if (input.keepsOthers === true) replacePassword(changed, input.event.at);
      else changePassword(changed, input.event.at, input.keepSession);
      record(input.event);
      return "done";
    },

    renewPasswordHash: ({ id, before, passwordHash }: Input<"renewPasswordHash">): "done" | "outdated" => {
      const user = find(id);
      if (user?.passwordHash !== before) return "outdated";
      save({ ...user, passwordHash });
      return "done";
    },

    setDisabled: ({ id, at, origin, event }: Input<"setDisabled">): "done" | "missing" | "last-administrator" => {
      const user = find(id);
      if (user === undefined) return "missing";
      if (at === undefined && !isStanding(event.actor)) return "missing";
      if (at !== undefined && isLastAdministrator(user)) return "last-administrator";
      save({
        ...user,
        disabledAt: at,
        origin: origin ?? (user.origin === "withdrawn" ? "administrator" : user.origin),
      });
      if (at !== undefined) {
        endEverything(id, "user-disabled", at);
        voidMadeLinks({ kind: "user", userId: id }, event.at);
      }
      record(event);
      return "done";
    },

    delete: ({ id, event }: Input<"delete">): "deleted" | "missing" | "last-administrator" => {
      const user = find(id);
      if (user === undefined) return "missing";
      if (isLastAdministrator(user)) return "last-administrator";
      endEverything(id, "user-disabled", event.at);
      voidMadeLinks({ kind: "user", userId: id }, event.at);
      for (const forget of forgets) forget().run({ id });
      remove().run({ id });
      record(event);
      return "deleted";
    },

    recordFailure: (input: Input<"recordFailure">) => {
      const user = find(input.id);
      if (user === undefined) return;
      const failures = user.failures + 1;
      const wait = Math.min(input.longest, input.first * 2 ** Math.max(0, failures - input.free));
      save({
        ...user,
        failures,
        lockedUntil: failures < input.free ? undefined : after(input.now, milliseconds(wait)),
      });
      record(input.event);
    },

    clearFailures: ({ id, event }: Input<"clearFailures">): "done" | "missing" => {
      const user = find(id);
      if (user === undefined) return "missing";
      if (user.failures > 0 || user.lockedUntil !== undefined) save({ ...user, failures: 0, lockedUntil: undefined });
      if (event !== undefined) record(event);
      return "done";
    },

    replaceSetupLink: (input: Parameters<SetupVerbs["replaceLink"]>[0]) => {
      setSetupLink().run({ hash: input.hash, expiresAt: input.expiresAt });
      record(input.event);
    },

    createFirstAdministrator: (
      input: Parameters<SetupVerbs["createFirstAdministrator"]>[0],
    ): "created" | "link-refused" | "exists" | "taken" => {
      if (input.link !== undefined && !isLinkValid(input.link, input.now)) return "link-refused";
      if (hasAdministrator()) return "exists";
      if (create(input.user) === "taken") return "taken";
      setSetupLink().run({ hash: null, expiresAt: null });
      record(input.event);
      return "created";
    },
  };
}

/** Who was withdrawn and is disabled stays both until `setDisabled` brings them back: it can break off in between. */
const declaredBy = ({ members, passwordHash }: UserDeclaration, before: User): Partial<User> => ({
  origin: before.origin === "withdrawn" && before.disabledAt !== undefined ? "withdrawn" : "apply",
  declared: members,
  declaredPasswordHash: passwordHash ?? before.declaredPasswordHash,
});

export function setupReads(db: Connection) {
  const link = lazily(() =>
    db
      .select({ id: instance.id })
      .from(instance)
      .where(
        and(
          eq(instance.setupLinkHash, sql.placeholder("hash")),
          gt(instance.setupLinkExpiresAt, sql.placeholder("now")),
        ),
      )
      .prepare(),
  );
  return { isLinkValid: (hash: Hashed<"setup-link">, now: Instant) => link().get({ hash, now }) !== undefined };
}
