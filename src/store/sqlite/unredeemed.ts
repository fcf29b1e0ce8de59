import { and, eq, type SQL, sql } from "drizzle-orm";
import type { ClientId, UserId } from "../../brand.ts";
import type { Grant } from "../../model/grant.ts";
import type { Connection } from "./database.ts";
import { lazily } from "./prepared.ts";
import { authorizationCodes, clients, deviceCodes, sessions, users } from "./schema.ts";

/**
 * Codes that could still become a grant. Who ends what a person has allowed ends these too; else a code that was
 * approved before would bring a grant to life after.
 */
export function unredeemedWrites(db: Connection) {
  const forget = (codes: SQL | undefined) => lazily(() => db.delete(authorizationCodes).where(codes).prepare());
  const deny = (codes: SQL | undefined) =>
    lazily(() =>
      db
        .update(deviceCodes)
        .set({ state: "denied" })
        .where(and(codes, eq(deviceCodes.state, "approved")))
        .prepare(),
    );
  const user = sql.placeholder("user");
  const client = sql.placeholder("client");
  const forgetOfUser = forget(eq(authorizationCodes.userId, user));
  const denyOfUser = deny(eq(deviceCodes.userId, user));
  const forgetOfClient = forget(eq(authorizationCodes.clientId, client));
  const denyOfClient = deny(eq(deviceCodes.clientId, client));
  const forgetOfBoth = forget(and(eq(authorizationCodes.userId, user), eq(authorizationCodes.clientId, client)));
  const denyOfBoth = deny(and(eq(deviceCodes.userId, user), eq(deviceCodes.clientId, client)));

  return {
    endOfUser: (user: UserId) => {
      forgetOfUser().run({ user });
      denyOfUser().run({ user });
    },
    endOfClient: (client: ClientId) => {
      forgetOfClient().run({ client });
      denyOfClient().run({ client });
    },
    endOfBoth: (user: UserId, client: ClientId) => {
      forgetOfBoth().run({ user, client });
      denyOfBoth().run({ user, client });
    },
  };
}

export type UnredeemedWrites = ReturnType<typeof unredeemedWrites>;

/** Whether a person's grant may begin: user and client are enabled and the session that it is bound to goes on. */
export function grantBeginnings(db: Connection) {
  const enabledOwners = lazily(() =>
    db
      .select({ id: users.id })
      .from(users)
      .innerJoin(clients, eq(clients.id, sql.placeholder("client")))
      .where(
        and(
          eq(users.id, sql.placeholder("user")),
          sql`${users.disabledAt} is null`,
          sql`${clients.disabledAt} is null`,
        ),
      )
      .prepare(),
  );
  const openSession = lazily(() =>
    db
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(eq(sessions.id, sql.placeholder("session")), sql`${sessions.endedAt} is null`))
      .prepare(),
  );
  return ({ clientId, userId, sessionId }: Pick<Grant, "clientId" | "userId" | "sessionId">): boolean =>
    userId !== undefined &&
    enabledOwners().get({ client: clientId, user: userId }) !== undefined &&
    (sessionId === undefined || openSession().get({ session: sessionId }) !== undefined);
}
