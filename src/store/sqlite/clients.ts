import { and, desc, eq, getTableColumns, gt, isNull, lt, ne, notExists, or, type SQL, sql } from "drizzle-orm";
import { asClientId, type ClientId } from "../../brand.ts";
import { type Client, mostClientSecrets } from "../../model/client.ts";
import type { AuditEvent } from "../../model/event.ts";
import type { Hashed } from "../../model/secret.ts";
import { before, days, hours, type Instant } from "../../time.ts";
import type { Page } from "../listing.ts";
import type {
  ClientUpdate,
  ClientVerbs,
  NewClient,
  RegistrationToken,
  RegistrationTokenVerbs,
  Touches,
} from "../store.ts";
import type { Connection } from "./database.ts";
import type { RecordEvent } from "./events.ts";
import type { GrantWrites } from "./grants.ts";
import { madeLinks } from "./made-links.ts";
import { contains, pageOf } from "./pages.ts";
import { assignments, everyColumn, firstRow, lazily, orNull } from "./prepared.ts";
import { fromClient, toClient, toRegistrationToken } from "./rows.ts";
import {
  authorizationCodes,
  clients,
  consents,
  deviceCodes,
  grants as grantsTable,
  registrationTokens,
} from "./schema.ts";
import { standing } from "./standing.ts";

/** A client that registered itself is kept for so long without ever, or since it was last, used. */
const neverUsedFor = hours(24);
/** An administrator comes by once a week. */
const waitsFor = days(14);
const unusedFor = days(90);

export function clientReads(db: Connection) {
  const byId = firstRow(db, clients.id, getTableColumns(clients));
  const wherever = ({ text, origin, approval }: Parameters<ClientVerbs["page"]>[0]) =>
    and(
      text === undefined ? undefined : clientContains(text),
      origin === undefined ? undefined : eq(clients.origin, origin),
      approval === undefined ? undefined : eq(clients.approval, approval),
    );
  return {
    find: (id: ClientId): Client | undefined => {
      const row = byId(id);
      return row && toClient(row);
    },
    list: (): readonly Client[] => db.select().from(clients).orderBy(clients.createdAt).all().map(toClient),
    listOfOperator: (): readonly Client[] =>
      db.select().from(clients).where(ne(clients.origin, "registration")).all().map(toClient),
    page: (input: Parameters<ClientVerbs["page"]>[0]): Page<Client> =>
      pageOf(db, {
        ...input,
        table: clients,
        where: wherever(input),
        order: [desc(clients.createdAt), clients.id],
        read: toClient,
      }),
  };
}

/** The text stands in the id, or in the name in one of its languages (RFC 7591 §2.2). */
const clientContains = (text: string): SQL | undefined =>
  or(
    contains(clients.id, text),
    contains(sql`json_extract(${clients.metadata}, '$.client_name')`, text),
    sql`exists (select 1 from json_each(${clients.metadata}, '$.localized') as localized
      where localized.key like 'client_name#%' and ${contains(sql`localized.value`, text)})`,
  );

export function clientWrites(db: Connection, record: RecordEvent, grants: GrantWrites) {
  const { find } = clientReads(db);
  const isStanding = standing(db);
  const voidMadeLinks = madeLinks(db);
  const { id: idColumn, ...changeable } = everyColumn(clients);
  const insert = lazily(() =>
    db
      .insert(clients)
      .values({ id: idColumn, ...changeable })
      .onConflictDoNothing()
      .returning({ id: clients.id })
      .prepare(),
  );
  const replace = lazily(() =>
    db
      .update(clients)
      .set(assignments(changeable))
      .where(eq(clients.id, sql.placeholder("id")))
      .prepare(),
  );
  const remove = lazily(() =>
    db
      .delete(clients)
      .where(eq(clients.id, sql.placeholder("id")))
      .prepare(),
  );
  const forgetCodes = lazily(() =>
    db
      .delete(authorizationCodes)
      .where(eq(authorizationCodes.clientId, sql.placeholder("id")))
      .prepare(),
  );
  const forgetDeviceCodes = lazily(() =>
    db
      .delete(deviceCodes)
      .where(eq(deviceCodes.clientId, sql.placeholder("id")))
      .prepare(),
  );
  const forgetConsents = lazily(() =>
    db
      .delete(consents)
      .where(eq(consents.clientId, sql.placeholder("id")))
      .prepare(),
  );
  const unused = lazily(() =>
    db
      .select({ id: clients.id })
      .from(clients)
      .where(
        and(
          eq(clients.origin, "registration"),
          or(
            // One that an administrator has let in has the long time to begin: it could not before.
            and(
              isNull(clients.lastUsedAt),
              eq(clients.approval, "none"),
              lt(clients.createdAt, sql.placeholder("neverUsed")),
            ),
            // It has been disabled for as long as it waits.
            and(eq(clients.approval, "waiting"), lt(clients.disabledAt, sql.placeholder("waitedLong"))),
            and(isNull(clients.lastUsedAt), lt(clients.createdAt, sql.placeholder("longAgo"))),
            lt(clients.lastUsedAt, sql.placeholder("longAgo")),
          ),
          notExists(
            db
              .select({ id: grantsTable.id })
              .from(grantsTable)
              .where(
                and(
                  eq(grantsTable.clientId, clients.id),
                  isNull(grantsTable.endedAt),
                  gt(grantsTable.keepUntil, sql.placeholder("now")),
                ),
              ),
          ),
        ),
      )
      .limit(sql.placeholder("limit"))
      .prepare(),
  );
  const touch = lazily(() =>
    db
      .update(clients)
      .set({ lastUsedAt: sql`${sql.placeholder("at")}`, secrets: sql`${sql.placeholder("secrets")}` })
      .where(eq(clients.id, sql.placeholder("id")))
      .prepare(),
  );
  const payWith = lazily(() =>
    db
      .update(registrationTokens)
      .set({ usesLeft: sql`${registrationTokens.usesLeft} - 1` })
      .where(
        and(
          eq(registrationTokens.hash, sql.placeholder("hash")),
          gt(registrationTokens.usesLeft, 0),
          gt(registrationTokens.expiresAt, sql.placeholder("now")),
        ),
      )
      .returning({ hash: registrationTokens.hash })
      .prepare(),
  );

  const save = (client: Client) => {
    replace().run(fromClient(client));
  };

  const create = ({ client, standingGrant, event }: NewClient): "created" | "taken" => {
    const row = fromClient({ ...client, standingGrantId: standingGrant?.id });
    if (insert().get(row) === undefined) return "taken";
    if (standingGrant !== undefined) grants.make(standingGrant);
    record(event);
    return "created";
  };

  const removeWithAll = ({ id, event }: Parameters<ClientVerbs["delete"]>[0]): "deleted" | "missing" => {
    const client = find(id);
    if (client === undefined) return "missing";
    grants.endAllOfClient(id, "client-changed", event.at);
    for (const forget of [forgetCodes, forgetDeviceCodes, forgetConsents, remove]) forget().run({ id });
    voidMadeLinks({ kind: "client", clientId: id }, event.at);
    record(event);
    return "deleted";
  };

  return {
    create,

    register: (input: Parameters<ClientVerbs["register"]>[0]): "created" | "taken" | "token-refused" => {
      const hash = input.initialAccessToken;
      if (find(input.client.id) !== undefined) return "taken";
      if (hash !== undefined && payWith().get({ hash, now: input.event.at }) === undefined) return "token-refused";
      return create(input);
    },

    update: (input: ClientUpdate): "updated" | "missing" | "outdated" => {
      const client = find(input.id);
      if (client === undefined) return "missing";
      if (input.seen !== undefined && !Bun.deepEquals(input.seen, client.metadata)) return "outdated";
      const { standingGrant } = input;
      if (standingGrant !== undefined) {
        if (client.standingGrantId === undefined) grants.make(standingGrant);
        else grants.growScope(client.standingGrantId, standingGrant.scope);
      }
      // What the client may no longer ask for it may not keep either: a new epoch, and its own tokens are dead.
      if (client.standingGrantId !== undefined && hasOwnTokens(client.metadata) && !hasOwnTokens(input.metadata))
        grants.finish(client.standingGrantId, "client-changed", input.event.at);
      const ended = client.approval === "approved" ? input.endApproval : undefined;
      save({
        ...client,
        approval: ended ?? client.approval,
        disabledAt: ended === "waiting" ? input.event.at : client.disabledAt,
        metadata: input.metadata,
        origin: input.origin ?? client.origin,
        secrets: (input.secrets ?? client.secrets).slice(0, mostClientSecrets),
        registrationTokenHash: changed(client.registrationTokenHash, input.registrationTokenHash),
        standingGrantId: client.standingGrantId ?? standingGrant?.id,
      });
      if (input.forgetConsents) forgetConsents().run({ id: input.id });
      record(
        ended === undefined ? input.event : { ...input.event, detail: { ...input.event.detail, approval: ended } },
      );
      return "updated";
    },

    setDisabled: (input: Parameters<ClientVerbs["setDisabled"]>[0]): "done" | "missing" => {
      const client = find(input.id);
      if (client === undefined) return "missing";
      if (input.at === undefined && !isStanding(input.event.actor)) return "missing";
      const origin = input.origin ?? (client.origin === "withdrawn" ? "administrator" : client.origin);
      save({ ...client, origin, disabledAt: input.at });
      if (input.at !== undefined) voidMadeLinks({ kind: "client", clientId: input.id }, input.event.at);
      record(input.event);
      return "done";
    },

    approve: ({ id, event }: Parameters<ClientVerbs["approve"]>[0]): "done" | "missing" => {
      const client = find(id);
      // Nobody has to let in what the operator made.
      if (client?.origin !== "registration") return "missing";
      save({ ...client, approval: "approved", disabledAt: undefined });
      record(event);
      return "done";
    },

    addSecret: (input: Parameters<ClientVerbs["addSecret"]>[0]): "added" | "missing" => {
      const { id, secret, replacesOthers = false, event } = input;
      const client = find(id);
      if (client === undefined) return "missing";
      const others = replacesOthers ? [] : client.secrets;
      save({ ...client, secrets: [secret, ...others].slice(0, mostClientSecrets) });
      record(event);
      return "added";
    },

    removeSecret: ({ id, secretId, event }: Parameters<ClientVerbs["removeSecret"]>[0]): "removed" | "missing" => {
      const client = find(id);
      const left = client?.secrets.filter((secret) => secret.id !== secretId);
      if (client === undefined || left?.length === client.secrets.length) return "missing";
      save({ ...client, secrets: left ?? [] });
      record(event);
      return "removed";
    },

    delete: removeWithAll,

    /** Clients that registered themselves and that nobody uses; answers how many went (RFC 7591 §5). */
    forgetUnused: (now: Instant, limit: number): number => {
      const idle = unused().all({
        now,
        limit,
        neverUsed: before(now, neverUsedFor),
        waitedLong: before(now, waitsFor),
        longAgo: before(now, unusedFor),
      });
      for (const { id } of idle) {
        const event: AuditEvent = {
          at: now,
          name: "client.deleted",
          actor: { kind: "system" },
          clientId: asClientId(id),
        };
        removeWithAll({ id: asClientId(id), event });
      }
      return idle.length;
    },

    touch: (touched: Touches["clients"]) => {
      for (const { id, at, secretId } of touched) {
        const client = find(id);
        if (client === undefined) continue;
        const secrets = client.secrets.map((secret) =>
          secret.id === secretId ? { ...secret, lastUsedAt: at } : secret,
        );
        touch().run({ id, at, secrets: JSON.stringify(secrets) });
      }
    },
  };
}

const hasOwnTokens = ({ grant_types: allowed }: Client["metadata"]) => allowed.includes("client_credentials");

/** Absent: as it was. `null`: none any more. */
const changed = <Value>(before: Value | undefined, change: Value | null | undefined): Value | undefined =>
  change === undefined ? before : (change ?? undefined);

export function registrationTokenReads(db: Connection) {
  const valid = lazily(() =>
    db
      .select({ hash: registrationTokens.hash })
      .from(registrationTokens)
      .where(
        and(
          eq(registrationTokens.hash, sql.placeholder("hash")),
          gt(registrationTokens.usesLeft, 0),
          gt(registrationTokens.expiresAt, sql.placeholder("now")),
        ),
      )
      .prepare(),
  );
  const isOutstanding = (now: Instant) =>
    and(gt(registrationTokens.usesLeft, 0), gt(registrationTokens.expiresAt, now));
  return {
    isValid: (hash: Hashed<"initial-access-token">, now: Instant) => valid().get({ hash, now }) !== undefined,
    list: (now: Instant): readonly RegistrationToken[] =>
      db
        .select()
        .from(registrationTokens)
        .where(isOutstanding(now))
        .orderBy(registrationTokens.expiresAt, registrationTokens.hash)
        .all()
        .map(toRegistrationToken),
  };
}

export function registrationTokenWrites(db: Connection, record: RecordEvent) {
  const insert = lazily(() => db.insert(registrationTokens).values(everyColumn(registrationTokens)).prepare());
  return {
    create: (input: Parameters<RegistrationTokenVerbs["create"]>[0]) => {
      insert().run({ hash: input.hash, usesLeft: input.uses, expiresAt: orNull(input.expiresAt) });
      record(input.event);
    },

    revoke: ({ id, now, event }: Parameters<RegistrationTokenVerbs["revoke"]>[0]): "revoked" | "missing" => {
      if (
        !registrationTokenReads(db)
          .list(now)
          .some((token) => token.id === id)
      )
        return "missing";
      db.delete(registrationTokens).where(sql`substr(${registrationTokens.hash}, 1, ${id.length}) = ${id}`).run();
      record(event);
      return "revoked";
    },
  };
}
