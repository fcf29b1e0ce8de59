import type { ClientId, UserId } from "../brand.ts";
import type { AuditEvent, EventName, RecordedEvent } from "../model/event.ts";
import type { Trace } from "../model/trace.ts";
import type { Instant } from "../time.ts";

// The part of the store port that is read by administrators: what happened, and how much.

export interface EventVerbs {
  record(event: AuditEvent): Promise<void>;
  /** The newest first. */
  list(limit: number): Promise<readonly AuditEvent[]>;
  /** The newest first; those before the id `before`, where one is given. */
  page(
    filter: EventFilter & { readonly before?: number | undefined; readonly limit: number },
  ): Promise<readonly RecordedEvent[]>;
}

export interface EventFilter {
  /** A whole name, or the part before the dot. */
  readonly name?: EventName | string | undefined;
  readonly userId?: UserId | undefined;
  readonly clientId?: ClientId | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

export interface TraceVerbs {
  find(requestId: string): Promise<Trace | undefined>;
  /** The newest first. */
  list(limit: number): Promise<readonly Trace[]>;
}

/** What is counted by the hour. */
export type ActivityName = "tokens" | "sign-ins" | "failed-sign-ins";

export interface ActivityCount {
  /** The start of the hour. */
  readonly hour: Instant;
  readonly name: ActivityName;
  readonly count: number;
}

export interface Statistics {
  readonly users: number;
  readonly disabledUsers: number;
  readonly administrators: number;
  readonly clients: number;
  readonly waitingClients: number;
  /** With a person behind them; neither ended nor expired. */
  readonly liveGrants: number;
  readonly sessions: number;
  /** Of the database file, without its WAL. */
  readonly databaseBytes: number;
}

/** What is alive. */
export type Liveness = Pick<Statistics, "liveGrants" | "sessions">;

export interface DatabaseSize {
  /** Of the database file, without what is free in it. */
  readonly usedBytes: number;
  /** Of what is committed and not carried into the file yet. */
  readonly logBytes: number;
  /** Where the operator has set one: from `growthEndsAt` on, nothing new is taken in. */
  readonly limit?: { readonly maxBytes: number; readonly growthEndsAt: number } | undefined;
}

export interface StatisticsVerbs {
  /** Cheap. */
  size(): Promise<DatabaseSize>;
  /** Counted where writes are made: with many grants that takes a while, and no answer shall wait for it. */
  live(input: { readonly at: Instant }): Promise<Liveness>;
  now(input: { readonly at: Instant }): Promise<Statistics>;
  /** Hours in which nothing happened are left out. */
  activity(input: { readonly since: Instant }): Promise<readonly ActivityCount[]>;
}
