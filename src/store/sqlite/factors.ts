import { and, count, eq, getTableColumns, sql } from "drizzle-orm";
import type { SessionId, UserId } from "../../brand.ts";
import type { Factors, Passkey } from "../../model/factor.ts";
import type { FactorVerbs, FirstFactor } from "../people.ts";
import type { Connection } from "./database.ts";
import type { RecordEvent } from "./events.ts";
import { everyColumn, firstRow, lazily } from "./prepared.ts";
import { fromPasskey, toPasskey, toRecoveryCodes, toTotp } from "./rows.ts";
import { passkeys, recoveryCodes, secondFactors, users } from "./schema.ts";
import type { SessionWrites } from "./sessions.ts";

type Input<Verb extends keyof FactorVerbs> = Parameters<FactorVerbs[Verb]>[0];

export function factorReads(db: Connection) {
  const passkeyById = firstRow(db, passkeys.id, getTableColumns(passkeys));
  const passkeysOfUser = lazily(() =>
    db
      .select()
      .from(passkeys)
      .where(eq(passkeys.userId, sql.placeholder("user")))
      .orderBy(passkeys.createdAt, passkeys.id)
      .prepare(),
  );
  const othersOfUser = lazily(() =>
    db
      .select({
        ...getTableColumns(secondFactors),
        left: sql<number>`(select count(*) from recovery_codes c where c.user_id = second_factors.user_id and c.used_at is null)`,
      })
      .from(secondFactors)
      .where(eq(secondFactors.userId, sql.placeholder("user")))
      .prepare(),
  );
  return {
    of: (user: UserId): Factors => {
      const others = othersOfUser().get({ user });
      return {
        passkeys: passkeysOfUser().all({ user }).map(toPasskey),
        totp: others && toTotp(others),
        recoveryCodes: others && toRecoveryCodes(others, others.left),
      };
    },
    findPasskey: (id: string): Passkey | undefined => {
      const row = passkeyById(id);
      return row && toPasskey(row);
    },
  };
}

export type FactorWrites = ReturnType<typeof factorWrites>;

export function factorWrites(
  db: Connection,
  record: RecordEvent,
  sessions: Pick<SessionWrites, "signOutUser" | "isOpen">,
) {
  const { of, findPasskey } = factorReads(db);
  const user = sql.placeholder("user");
  const userById = lazily(() => db.select({ id: users.id }).from(users).where(eq(users.id, user)).prepare());
  const insertPasskey = lazily(() => db.insert(passkeys).values(everyColumn(passkeys)).prepare());
  const countPasskeys = lazily(() =>
    db.select({ count: count() }).from(passkeys).where(eq(passkeys.userId, user)).prepare(),
  );
  const ownPasskey = and(eq(passkeys.id, sql.placeholder("id")), eq(passkeys.userId, user));
  const setName = lazily(() =>
    db
      .update(passkeys)
      .set({ name: sql`${sql.placeholder("name")}` })
      .where(ownPasskey)
      .returning({ id: passkeys.id })
      .prepare(),
  );
  const deletePasskey = lazily(() => db.delete(passkeys).where(ownPasskey).returning({ id: passkeys.id }).prepare());
  const makeRow = lazily(() => db.insert(secondFactors).values({ userId: user }).onConflictDoNothing().prepare());
  const setTotp = lazily(() =>
    db
      .update(secondFactors)
      .set({
        totpSeed: sql`${sql.placeholder("seed")}`,
        totpConfirmedAt: sql`${sql.placeholder("confirmedAt")}`,
        totpLastStep: sql`${sql.placeholder("lastStep")}`,
      })
      .where(eq(secondFactors.userId, user))
      .prepare(),
  );
  const setRecoveryKey = lazily(() =>
    db
      .update(secondFactors)
      .set({ recoveryKey: sql`${sql.placeholder("key")}`, recoveryMadeAt: sql`${sql.placeholder("at")}` })
      .where(eq(secondFactors.userId, user))
      .prepare(),
  );
  const insertCode = lazily(() => db.insert(recoveryCodes).values(everyColumn(recoveryCodes)).prepare());
  const deleteCodes = lazily(() => db.delete(recoveryCodes).where(eq(recoveryCodes.userId, user)).prepare());
  const deletePasskeys = lazily(() => db.delete(passkeys).where(eq(passkeys.userId, user)).prepare());
  const deleteRow = lazily(() => db.delete(secondFactors).where(eq(secondFactors.userId, user)).prepare());

  const isUser = (userId: UserId) => userById().get({ user: userId }) !== undefined;
  const isOutdated = (userId: UserId, session: SessionId | undefined) =>
    session !== undefined && !sessions.isOpen(userId, session);

  const forgetAll = (userId: UserId) => {
    for (const forget of [deletePasskeys, deleteRow, deleteCodes]) forget().run({ user: userId });
  };

  /** Recovery codes stand in for a factor: where none is left, they open nothing and go. */
  const forgetCodesOfNothing = (userId: UserId) => {
    const left = of(userId);
    if (left.passkeys.length === 0 && left.totp === undefined) forgetAll(userId);
  };

  const hasUsable = (userId: UserId, { rpId }: FirstFactor) => {
    const { totp, passkeys: all } = of(userId);
    return totp !== undefined || all.some((passkey) => passkey.rpId === rpId);
  };

  return {
    forgetAll,

    addPasskey: ({
      passkey,
      most,
      onlyFirst,
      session,
      event,
    }: Input<"addPasskey">): "added" | "taken" | "too-many" | "missing" | "not-first" | "outdated" => {
      if (!isUser(passkey.userId)) return "missing";
      if (isOutdated(passkey.userId, session)) return "outdated";
      if (onlyFirst !== undefined && hasUsable(passkey.userId, onlyFirst)) return "not-first";
      // WebAuthn §7.1: a credential id belongs to one account.
      if (findPasskey(passkey.id) !== undefined) return "taken";
      if ((countPasskeys().get({ user: passkey.userId })?.count ?? 0) >= most) return "too-many";
      insertPasskey().run(fromPasskey(passkey));
      record(event);
      return "added";
    },

    renamePasskey: ({ userId, id, name, event }: Input<"renamePasskey">): "done" | "missing" => {
      if (setName().get({ user: userId, id, name }) === undefined) return "missing";
      record(event);
      return "done";
    },

    removePasskey: ({ userId, id, event }: Input<"removePasskey">): "done" | "missing" => {
      if (deletePasskey().get({ user: userId, id }) === undefined) return "missing";
      forgetCodesOfNothing(userId);
      record(event);
      return "done";
    },

    enableTotp: ({
      userId,
      totp,
      onlyFirst,
      session,
      event,
    }: Input<"enableTotp">): "done" | "missing" | "not-first" | "outdated" => {
      if (!isUser(userId)) return "missing";
      if (isOutdated(userId, session)) return "outdated";
      if (onlyFirst !== undefined && hasUsable(userId, onlyFirst)) return "not-first";
      makeRow().run({ user: userId });
      const { sealedSeed: seed, confirmedAt, lastStep } = totp;
      setTotp().run({ user: userId, seed, confirmedAt, lastStep });
      record(event);
      return "done";
    },

    disableTotp: ({ userId, event }: Input<"disableTotp">): "done" | "missing" => {
      if (of(userId).totp === undefined) return "missing";
      setTotp().run({ user: userId, seed: null, confirmedAt: null, lastStep: null });
      forgetCodesOfNothing(userId);
      record(event);
      return "done";
    },

    replaceRecoveryCodes: (input: Input<"replaceRecoveryCodes">): "done" | "missing" | "outdated" => {
      const { userId, event } = input;
      if (!isUser(userId)) return "missing";
      if (isOutdated(userId, input.session)) return "outdated";
      makeRow().run({ user: userId });
      setRecoveryKey().run({ user: userId, key: input.sealedKey, at: event.at });
      deleteCodes().run({ user: userId });
      for (const hash of new Set(input.hashes)) insertCode().run({ userId, hash, usedAt: null });
      record(event);
      return "done";
    },

    reset: ({ userId, event }: Input<"reset">): "done" | "missing" => {
      if (!isUser(userId)) return "missing";
      forgetAll(userId);
      sessions.signOutUser(userId, event.at);
      record(event);
      return "done";
    },
  };
}
