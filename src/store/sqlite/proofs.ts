import { and, eq, gt, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import type { UserId } from "../../brand.ts";
import type { AuditEvent } from "../../model/event.ts";
import type { FactorProof } from "../../model/factor.ts";
import type { Connection } from "./database.ts";
import type { RecordEvent } from "./events.ts";
import { everyColumn, lazily } from "./prepared.ts";
import { passkeys, recoveryCodes, secondFactors, spentHandles } from "./schema.ts";

/** Uses a proof up. False, and nothing written, where it has been used before or is no longer there. */
export type UseProof = (userId: UserId, proof: FactorProof, signIn: AuditEvent) => boolean;

/** A newest step that lies further ahead than an hour belongs to a clock that was set back: nobody is locked out until then. */
const mostStepsAhead = 120;

export function proofUses(db: Connection, record: RecordEvent): UseProof {
  const user = sql.placeholder("user");
  // RFC 6238 §5.2: "The verifier MUST NOT accept the second attempt of the OTP".
  const spendStep = lazily(() =>
    db
      .update(secondFactors)
      .set({ totpLastStep: sql`${sql.placeholder("step")}` })
      .where(
        and(
          eq(secondFactors.userId, user),
          isNotNull(secondFactors.totpSeed),
          or(
            lt(secondFactors.totpLastStep, sql.placeholder("step")),
            gt(secondFactors.totpLastStep, sql.placeholder("farAhead")),
          ),
        ),
      )
      .returning({ id: secondFactors.userId })
      .prepare(),
  );
  const spendRecoveryCode = lazily(() =>
    db
      .update(recoveryCodes)
      .set({ usedAt: sql`${sql.placeholder("at")}` })
      .where(
        and(
          eq(recoveryCodes.userId, user),
          eq(recoveryCodes.hash, sql.placeholder("hash")),
          isNull(recoveryCodes.usedAt),
        ),
      )
      .returning({ id: recoveryCodes.userId })
      .prepare(),
  );
  const ownPasskey = lazily(() =>
    db
      .select({ id: passkeys.id })
      .from(passkeys)
      .where(and(eq(passkeys.id, sql.placeholder("id")), eq(passkeys.userId, user)))
      .prepare(),
  );
  const spendChallenge = lazily(() =>
    db
      .insert(spentHandles)
      .values(everyColumn(spentHandles))
      .onConflictDoNothing()
      .returning({ id: spentHandles.id })
      .prepare(),
  );
  const usePasskey = lazily(() =>
    db
      .update(passkeys)
      .set({
        signCount: sql`${sql.placeholder("signCount")}`,
        backupEligible: sql`${sql.placeholder("backupEligible")}`,
        backedUp: sql`${sql.placeholder("backedUp")}`,
        lastUsedAt: sql`${sql.placeholder("at")}`,
      })
      .where(eq(passkeys.id, sql.placeholder("id")))
      .prepare(),
  );

  return (userId, proof, { at, actor, address }) => {
    switch (proof.kind) {
      case "totp":
        return spendStep().get({ user: userId, step: proof.step, farAhead: proof.step + mostStepsAhead }) !== undefined;
      case "recovery-code":
        if (spendRecoveryCode().get({ user: userId, hash: proof.hash, at }) === undefined) return false;
        record({ at, name: "recovery-code.used", actor, userId, address });
        return true;
      case "passkey": {
        const { id, challenge, signCount, isBackupEligible, isBackedUp } = proof;
        if (ownPasskey().get({ id, user: userId }) === undefined) return false;
        if (spendChallenge().get({ ...challenge }) === undefined) return false;
        // WebAuthn §6.1.1: a count that does not grow may mean a copy; passkeys that are synced are copies on purpose.
        usePasskey().run({ id, signCount, backupEligible: Number(isBackupEligible), backedUp: Number(isBackedUp), at });
        return true;
      }
    }
  };
}
