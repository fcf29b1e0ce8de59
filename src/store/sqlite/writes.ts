import { sql } from "drizzle-orm";
import type { Instant } from "../../time.ts";
import type { StoreLimits } from "../limits.ts";
import type { Touches } from "../store.ts";
import { assertionWrites } from "./assertions.ts";
import { clientWrites, registrationTokenWrites } from "./clients.ts";
import { codeWrites } from "./codes.ts";
import { consentWrites } from "./consents.ts";
import type { Connection } from "./database.ts";
import { deviceCodeWrites } from "./device-codes.ts";
import { eventWrites } from "./events.ts";
import { factorWrites } from "./factors.ts";
import { grantWrites } from "./grants.ts";
import { hostUserWrites } from "./host-users.ts";
import { shrink, sweep } from "./housekeeping.ts";
import { keyWrites } from "./keys.ts";
import { linkWrites } from "./links.ts";
import { proofUses } from "./proofs.ts";
import { declarationWrites, scopeWrites } from "./scopes.ts";
import { sealedWrites } from "./sealed.ts";
import { sessionWrites } from "./sessions.ts";
import { statisticsWrites } from "./statistics.ts";
import { traceWrites } from "./traces.ts";
import { unredeemedWrites } from "./unredeemed.ts";
import { userWrites } from "./users.ts";

/**
 * Every verb that writes, by noun, over the writer's connection. They are plain functions of the database and their input
 * that run to their end: several run in one transaction, and all of them once more where one of them has failed (batch.ts).
 */
export function createWrites(db: Connection, limits: StoreLimits = {}) {
  const events = eventWrites(db);
  const unredeemed = unredeemedWrites(db);
  const grants = grantWrites(db, events.record, unredeemed);
  const sessions = sessionWrites(db, events.record, grants, proofUses(db, events.record));
  const factors = factorWrites(db, events.record, sessions);
  const clients = clientWrites(db, events.record, grants);
  const { raiseRevision, ...keys } = keyWrites(db, events.record);
  const consents = consentWrites(db, events.record, grants, unredeemed);
  const { replaceSetupLink, createFirstAdministrator, ...users } = userWrites(
    db,
    events.record,
    grants,
    sessions,
    unredeemed,
  );
  const statistics = statisticsWrites(db);
  const traces = traceWrites(db);
  return {
    events,
    grants,
    sessions,
    clients,
    consents,
    users: { ...users, ...hostUserWrites(db, events.record, users) },
    factors,
    links: linkWrites(db, events.record, users, factors),
    setup: { replaceLink: replaceSetupLink, createFirstAdministrator },
    codes: codeWrites(db, events.record, grants, consents.give),
    deviceCodes: deviceCodeWrites(db, events.record, grants),
    keys,
    statistics: { live: statistics.live },
    sealed: sealedWrites(db, events.record, raiseRevision),
    registrationTokens: registrationTokenWrites(db, events.record),
    scopes: scopeWrites(db, events.record, raiseRevision),
    declaration: declarationWrites(db),
    assertions: assertionWrites(db),
    upkeep: {
      sweep: ({ now, limit }: { readonly now: Instant; readonly limit: number }) => {
        const gone = sweep(db, { now, limit, limits }, raiseRevision);
        return gone + (gone < limit ? clients.forgetUnused(now, limit - gone) : 0);
      },
      shrink: (input: { readonly pages: number }) => shrink(db.$client, input.pages),
      touch: (input: Touches) => {
        grants.touch(input.grants);
        clients.touch(input.clients);
        sessions.touch(input.sessions);
        traces.add(input.traces ?? []);
        statistics.add(input.activity ?? []);
      },
      /** A write that changes nothing: shows that writing works. */
      check: (_: null) => {
        db.run(sql`UPDATE instance SET revision = revision`);
      },
    },
  };
}

export type Writes = ReturnType<typeof createWrites>;
