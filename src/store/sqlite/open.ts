import type { Instant } from "../../time.ts";
import type { StoreLimits } from "../limits.ts";
import { type Store, type StoreObserver, StoreUnavailable } from "../store.ts";
import type { Plain, WriteQueue } from "../write-queue.ts";
import { isStorageFault } from "./batch.ts";
import { clientReads, registrationTokenReads } from "./clients.ts";
import { codeReads } from "./codes.ts";
import { consentReads } from "./consents.ts";
import { withCopy } from "./copies.ts";
import { openReader, type Preparation, prepareDatabase } from "./database.ts";
import { deviceCodeReads } from "./device-codes.ts";
import { eventReads } from "./events.ts";
import { factorReads } from "./factors.ts";
import { grantReads } from "./grants.ts";
import { keyReads } from "./keys.ts";
import { linkReads } from "./links.ts";
import { commitsOf, mapLogIndex, remembered } from "./remembered.ts";
import { declarationReads, scopeReads } from "./scopes.ts";
import { sealedReads } from "./sealed.ts";
import { sessionReads } from "./sessions.ts";
import { statisticsReads } from "./statistics.ts";
import { traceReads } from "./traces.ts";
import { setupReads, userReads } from "./users.ts";
import { inlineQueue, serverQueue } from "./write-queue.ts";
import type { Writes } from "./writes.ts";

/** Each device asks anew every few seconds; of a poll little is remembered: 11 MB at most. */
const mostPolls = 32_768;

export interface OpenOptions extends Preparation {
  /**
   * `worker` for a server, from when it serves; `inline` for a command that ends soon; a queue where another process
   * writes.
   */
  readonly writer: "worker" | "inline" | WriteQueue;
  readonly limits?: StoreLimits;
}

/**
 * Opens the SQLite store: reads straight from the database on this thread, writes through the write queue.
 *
 * @throws SchemaMismatch, NoRoom, UnusablePlace
 */
export function openSqliteStore({ writer, limits = {}, ...preparation }: OpenOptions): Store {
  const { path, clock, journal = "wal" } = preparation;
  prepareDatabase(preparation);
  // A command ends before it would read anything twice.
  const logIndex = writer !== "inline" && journal === "wal" ? mapLogIndex(path) : undefined;
  const reader = openReader(path);
  const observers: StoreObserver[] = [];
  const committed = (seconds: number) => {
    for (const observer of observers) observer.committed?.(seconds);
  };
  const serving = writer === "worker" ? serverQueue(path, clock, limits, committed) : undefined;
  const queue = serving ?? (typeof writer === "object" ? writer : inlineQueue(path, clock, limits, committed));
  const lastCommit =
    reader.$client.query<{ last_commit: number }, []>("SELECT last_commit FROM instance").get()?.last_commit ?? 0;

  /** The verb of the writer under its own type: the input goes there, the result comes back. */
  const write =
    <Noun extends keyof Writes, Verb extends keyof Writes[Noun] & string>(noun: Noun, verb: Verb) =>
    (input: Writes[Noun][Verb] extends (input: infer Input) => unknown ? Plain<Input> : never) => {
      const written = queue.write({ noun, verb, input }) as Promise<
        Writes[Noun][Verb] extends (input: never) => infer Result ? Plain<Result> : never
      >;
      for (const { writing } of observers) if (writing !== undefined) tellOutcome(written, writing(`${noun}.${verb}`));
      return written;
    };

  /** A read as the port wants it. */
  const read =
    <Arguments extends readonly unknown[], Result>(find: (...given: Arguments) => Result) =>
    async (...given: Arguments): Promise<Result> => {
      try {
        return find(...given);
      } catch (error) {
        throw isStorageFault(error) ? new StoreUnavailable("the database cannot be read", { cause: error }) : error;
      }
    };

  // What every token and every introspection asks for.
  const commits = commitsOf(logIndex);
  const hotRead = <Key extends string, Found>(find: (key: Key) => Found, most?: number) =>
    remembered(commits, read(find), most);

  const clients = clientReads(reader);
  const users = userReads(reader);
  const factors = factorReads(reader);
  const links = linkReads(reader);
  const sessions = sessionReads(reader);
  const grants = grantReads(reader);
  const codes = codeReads(reader);
  const deviceCodes = deviceCodeReads(reader);
  const consents = consentReads(reader);
  const keys = keyReads(reader);
  const revision = hotRead((_: "keys") => keys.revision());
  const sealed = sealedReads(reader);
  const setup = setupReads(reader);
  const registrationTokens = registrationTokenReads(reader);
  const scopes = scopeReads(reader);
  const declaration = declarationReads(reader);
  const events = eventReads(reader);
  const traces = traceReads(reader);
  const statistics = statisticsReads(reader, limits);
  const writeCheck = write("upkeep", "check");

  return {
    clients: {
      find: hotRead(clients.find),
      list: read(clients.list),
      listOfOperator: read(clients.listOfOperator),
      page: read(clients.page),
      create: write("clients", "create"),
      register: write("clients", "register"),
      update: write("clients", "update"),
      setDisabled: write("clients", "setDisabled"),
      approve: write("clients", "approve"),
      addSecret: write("clients", "addSecret"),
      removeSecret: write("clients", "removeSecret"),
      delete: write("clients", "delete"),
    },
    users: {
      find: hotRead(users.find),
      findByName: read(users.findByName),
      findByHostSubject: read(users.findByHostSubject),
      list: read(users.list),
      page: read(users.page),
      hasAdministrator: read(users.hasAdministrator),
      create: write("users", "create"),
      update: write("users", "update"),
      setPassword: write("users", "setPassword"),
      renewPasswordHash: write("users", "renewPasswordHash"),
      setDisabled: write("users", "setDisabled"),
      delete: write("users", "delete"),
      recordFailure: write("users", "recordFailure"),
      admitFromHost: write("users", "admitFromHost"),
      refuseFromHost: write("users", "refuseFromHost"),
      clearFailures: write("users", "clearFailures"),
    },
    factors: {
      of: read(factors.of),
      findPasskey: read(factors.findPasskey),
      addPasskey: write("factors", "addPasskey"),
      renamePasskey: write("factors", "renamePasskey"),
      removePasskey: write("factors", "removePasskey"),
      enableTotp: write("factors", "enableTotp"),
      disableTotp: write("factors", "disableTotp"),
      replaceRecoveryCodes: write("factors", "replaceRecoveryCodes"),
      reset: write("factors", "reset"),
    },
    links: {
      find: read(links.find),
      create: write("links", "create"),
      redeem: write("links", "redeem"),
      recover: write("links", "recover"),
    },
    sessions: {
      find: read(sessions.find),
      findById: read(sessions.findById),
      list: read(sessions.list),
      page: read(sessions.page),
      start: write("sessions", "start"),
      end: write("sessions", "end"),
      endOthers: write("sessions", "endOthers"),
    },
    grants: {
      find: hotRead(grants.find),
      findState: hotRead(grants.findState),
      list: read(grants.list),
      page: read(grants.page),
      rename: write("grants", "rename"),
      rotate: write("grants", "rotate"),
      end: write("grants", "end"),
      endAll: write("grants", "endAll"),
      revokeAccessToken: write("grants", "revokeAccessToken"),
    },
    codes: {
      find: read(codes.find),
      save: write("codes", "save"),
      spend: write("codes", "spend"),
      redeem: write("codes", "redeem"),
      recordFailure: write("codes", "recordFailure"),
    },
    deviceCodes: {
      find: read(deviceCodes.find),
      findPolled: hotRead(deviceCodes.findPolled, mostPolls),
      findByUserCode: read(deviceCodes.findByUserCode),
      save: write("deviceCodes", "save"),
      decide: write("deviceCodes", "decide"),
      slowDown: write("deviceCodes", "slowDown"),
      redeem: write("deviceCodes", "redeem"),
    },
    consents: {
      find: read(consents.find),
      list: read(consents.list),
      withdraw: write("consents", "withdraw"),
    },
    keys: {
      revision: () => revision("keys"),
      list: read(keys.list),
      addMissing: write("keys", "addMissing"),
      rotate: write("keys", "rotate"),
      delay: write("keys", "delay"),
      remove: write("keys", "remove"),
    },
    sealed: { list: read(sealed.list), replace: write("sealed", "replace") },
    setup: {
      isLinkValid: read(setup.isLinkValid),
      replaceLink: write("setup", "replaceLink"),
      createFirstAdministrator: write("setup", "createFirstAdministrator"),
    },
    registrationTokens: {
      isValid: read(registrationTokens.isValid),
      list: read(registrationTokens.list),
      create: write("registrationTokens", "create"),
      revoke: write("registrationTokens", "revoke"),
    },
    scopes: { list: read(scopes.list), save: write("scopes", "save") },
    declaration: { source: read(declaration.source), setSource: write("declaration", "setSource") },
    assertions: { use: write("assertions", "use") },
    events: { list: read(events.list), page: read(events.page), record: write("events", "record") },
    traces: { find: read(traces.find), list: read(traces.list) },
    statistics: {
      now: read(statistics.now),
      size: read(statistics.size),
      live: write("statistics", "live"),
      activity: read(statistics.activity),
    },
    sweep: write("upkeep", "sweep"),
    shrink: write("upkeep", "shrink"),
    touch: write("upkeep", "touch"),
    lastCommitBeforeOpening: lastCommit === 0 ? undefined : (lastCommit as Instant),
    check: () => writeCheck(null),
    write: (request) => queue.write(request),
    ping: () => queue.ping(),
    observe: (observer) => observers.push(observer),
    waitingWrites: () => queue.waiting(),
    withCopy: (use, signal) => withCopy(path, use, signal),
    serve: async () => {
      await serving?.serve();
    },
    close: async () => {
      await queue.close();
      reader.$client.close();
    },
  };
}

function tellOutcome(written: Promise<unknown>, tell: ((isWritten: boolean) => void) | undefined): void {
  if (tell === undefined) return;
  written.then(
    () => tell(true),
    () => tell(false),
  );
}
