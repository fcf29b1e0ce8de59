import { and, eq, getTableColumns, lt, sql } from "drizzle-orm";
import type { AuthorizationCode } from "../../model/code.ts";
import type { Consent } from "../../model/grant.ts";
import type { Hashed } from "../../model/secret.ts";
import type { CodeVerbs, SpentHandle } from "../store.ts";
import type { Connection } from "./database.ts";
import type { RecordEvent } from "./events.ts";
import type { GrantWrites } from "./grants.ts";
import { everyColumn, firstRow, lazily } from "./prepared.ts";
import { fromAuthorizationCode, toAuthorizationCode } from "./rows.ts";
import { authorizationCodes, spentHandles } from "./schema.ts";
import { grantBeginnings } from "./unredeemed.ts";

export function codeReads(db: Connection) {
  const byHash = firstRow(db, authorizationCodes.hash, getTableColumns(authorizationCodes));
  return {
    find: (hash: Hashed<"authorization-code">): AuthorizationCode | undefined => {
      const row = byHash(hash);
      return row && toAuthorizationCode(row);
    },
  };
}

export function codeWrites(
  db: Connection,
  record: RecordEvent,
  grants: GrantWrites,
  giveConsent: (consent: Consent) => void,
) {
  const { find } = codeReads(db);
  const mayBegin = grantBeginnings(db);
  const insert = lazily(() => db.insert(authorizationCodes).values(everyColumn(authorizationCodes)).prepare());
  const insertSpent = lazily(() =>
    db
      .insert(spentHandles)
      .values(everyColumn(spentHandles))
      .onConflictDoNothing()
      .returning({ id: spentHandles.id })
      .prepare(),
  );
  const markRedeemed = lazily(() =>
    db
      .update(authorizationCodes)
      .set({ redeemedAt: sql`${sql.placeholder("at")}`, grantId: sql`${sql.placeholder("grant")}` })
      .where(eq(authorizationCodes.hash, sql.placeholder("hash")))
      .prepare(),
  );
  const countFailure = lazily(() =>
    db
      .update(authorizationCodes)
      .set({ failures: sql`${authorizationCodes.failures} + 1` })
      .where(and(eq(authorizationCodes.hash, sql.placeholder("hash")), lt(authorizationCodes.failures, 1000)))
      .prepare(),
  );

  const spend = (handle: SpentHandle): "done" | "spent" =>
    insertSpent().get({ ...handle }) === undefined ? "spent" : "done";

  return {
    spend: ({ event, ...handle }: Parameters<CodeVerbs["spend"]>[0]): "done" | "spent" => {
      const outcome = spend(handle);
      if (outcome === "done" && event !== undefined) record(event);
      return outcome;
    },

    save: (input: Parameters<CodeVerbs["save"]>[0]): "saved" | "spent" => {
      if (spend(input.spend) === "spent") return "spent";
      insert().run(fromAuthorizationCode(input.code));
      if (input.consent !== undefined) giveConsent(input.consent);
      if (input.event !== undefined) record(input.event);
      return "saved";
    },

    redeem: (input: Parameters<CodeVerbs["redeem"]>[0]): "redeemed" | "replayed" | "expired" | "unknown" => {
      const code = find(input.hash);
      if (code === undefined || code.clientId !== input.clientId) return "unknown";
      if (code.redeemedAt !== undefined) {
        if (code.grantId !== undefined && grants.finish(code.grantId, "code-replayed", input.now))
          record({ ...input.replayed, grantId: code.grantId });
        return "replayed";
      }
      if (code.expiresAt <= input.now) return "expired";
      if (code.failures >= input.mostFailures) return "unknown";
      if (!mayBegin({ clientId: code.clientId, userId: code.userId, sessionId: input.grant.sessionId }))
        return "unknown";
      grants.make(input.grant);
      markRedeemed().run({ hash: input.hash, at: input.now, grant: input.grant.id });
      record(input.created);
      return "redeemed";
    },

    recordFailure: (hash: Hashed<"authorization-code">) => {
      countFailure().run({ hash });
    },
  };
}
