import { eq, getTableColumns } from "drizzle-orm";
import type { DeviceCode, PolledDevice } from "../../model/code.ts";
import type { Hashed } from "../../model/secret.ts";
import type { DeviceCodeVerbs } from "../store.ts";
import type { Connection } from "./database.ts";
import type { RecordEvent } from "./events.ts";
import type { GrantWrites } from "./grants.ts";
import { assignments, changesOf, everyColumn, firstRow, lazily } from "./prepared.ts";
import { fromDeviceCode, toDeviceCode, toPolledDevice } from "./rows.ts";
import { deviceCodes } from "./schema.ts";
import { grantBeginnings } from "./unredeemed.ts";
import { roomForMore } from "./waiting-devices.ts";

export function deviceCodeReads(db: Connection) {
  const byHash = firstRow(db, deviceCodes.hash, getTableColumns(deviceCodes));
  const byUserCode = firstRow(db, deviceCodes.userCodeHash, getTableColumns(deviceCodes));
  const { hash, clientId, state, createdAt, expiresAt, interval, lastPollAt } = getTableColumns(deviceCodes);
  const polled = firstRow(db, hash, { hash, clientId, state, createdAt, expiresAt, interval, lastPollAt });
  return {
    findPolled: (hash: Hashed<"device-code">): PolledDevice | undefined => {
      const row = polled(hash);
      return row && toPolledDevice(row);
    },
    find: (hash: Hashed<"device-code">): DeviceCode | undefined => {
      const row = byHash(hash);
      return row && toDeviceCode(row);
    },
    findByUserCode: (hash: Hashed<"user-code">): DeviceCode | undefined => {
      const row = byUserCode(hash);
      return row && toDeviceCode(row);
    },
  };
}

export function deviceCodeWrites(db: Connection, record: RecordEvent, grants: GrantWrites) {
  const { find, findByUserCode } = deviceCodeReads(db);
  const mayBegin = grantBeginnings(db);
  const isRoomFor = roomForMore(db);
  // Spent and expired codes stay for a day, so that theirs are not given again (RFC 8628 §5.1).
  const insert = lazily(() =>
    db
      .insert(deviceCodes)
      .values(everyColumn(deviceCodes))
      .onConflictDoNothing({ target: deviceCodes.userCodeHash })
      .prepare(),
  );
  const { hash: hashColumn, ...changeable } = everyColumn(deviceCodes);
  const replace = lazily(() =>
    db.update(deviceCodes).set(assignments(changeable)).where(eq(deviceCodes.hash, hashColumn)).prepare(),
  );
  const save = (code: DeviceCode) => {
    replace().run(fromDeviceCode(code));
  };

  return {
    save: ({
      deviceCode,
      mostOfClient,
      mostOfAddress,
    }: Parameters<DeviceCodeVerbs["save"]>[0]): "saved" | "user-code-taken" | "too-many" => {
      if (!isRoomFor(deviceCode, mostOfClient, mostOfAddress)) return "too-many";
      return changesOf(insert().run(fromDeviceCode(deviceCode))) === 0 ? "user-code-taken" : "saved";
    },

    decide: (input: Parameters<DeviceCodeVerbs["decide"]>[0]): "decided" | "not-pending" => {
      const code = findByUserCode(input.userCodeHash);
      if (code === undefined || code.state !== "pending" || code.expiresAt <= input.now) return "not-pending";
      save({
        ...code,
        state: input.decision,
        decidedAt: input.now,
        userId: input.userId,
        sessionId: input.sessionId,
        authTime: input.authTime,
        amr: input.amr,
        scope: input.scope,
      });
      record(input.event);
      return "decided";
    },

    slowDown: ({ hash, polledAt, by, most }: Parameters<DeviceCodeVerbs["slowDown"]>[0]) => {
      const code = find(hash);
      if (code?.state === "pending")
        save({ ...code, interval: Math.min(most, code.interval + by), lastPollAt: polledAt });
    },

    redeem: (input: Parameters<DeviceCodeVerbs["redeem"]>[0]): "redeemed" | "replayed" | "not-approved" => {
      const code = find(input.hash);
      if (code === undefined || code.clientId !== input.clientId) return "not-approved";
      if (code.state === "redeemed") {
        if (code.grantId !== undefined && grants.finish(code.grantId, "code-replayed", input.now))
          record({ ...input.replayed, grantId: code.grantId });
        return "replayed";
      }
      if (code.state !== "approved" || !mayBegin({ ...code, sessionId: input.grant.sessionId })) return "not-approved";
      grants.make(input.grant);
      save({ ...code, state: "redeemed", grantId: input.grant.id });
      record(input.created);
      return "redeemed";
    },
  };
}
