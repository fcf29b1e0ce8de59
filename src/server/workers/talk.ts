import type { ClientId } from "../../brand.ts";
import type { Listen } from "../../config/address.ts";
import type { BrandLogo } from "../../config/brand-logo.ts";
import type { Config } from "../../config/load.ts";
import type { ApiDocument } from "../../endpoints/openapi.ts";
import type { LogLevel } from "../../events/log.ts";
import type { Counts } from "../../events/metrics.ts";
import type { Span } from "../../events/span.ts";
import type { PeerAddress } from "../../http/client-address.ts";
import type { PublicJwk } from "../../model/client.ts";
import type { Hashed } from "../../model/secret.ts";
import type { Trace } from "../../model/trace.ts";
import type { Verdict, VerifierQuestion } from "../../outbound/verifier.ts";
import type { VerifierFaultKind } from "../../outbound/verifier-fault.ts";
import type { Touches } from "../../store/store.ts";
import type { WriteRequest } from "../../store/write-queue.ts";
import type { PollTimes } from "../../throttle/poll-times.ts";
import type { CountedSoFar, Limit } from "../../throttle/throttle.ts";
import type { Instant } from "../../time.ts";

// What the supervisor and a worker say to each other. All of it is plain data.

/** What a worker asks of the supervisor. */
export interface ToSupervisor {
  /** A verb that writes; the answer comes when it is durable. */
  write(request: WriteRequest): unknown;
  /** A request that the worker does not answer itself. */
  request(request: SentRequest): Promise<SentResponse>;
  /** The next part of an answer that is long. */
  next(answer: number): Promise<Part>;
  /** Nobody wants the rest of it. */
  stop(answer: number): void;
  apiDocument(input: undefined): Promise<ApiDocument>;
  /** Counted or forgotten by a limit. */
  counted(event: Counted): void;
  /** A device has asked whether its person has decided. */
  poll(input: { readonly deviceCode: Hashed<"device-code">; readonly at: Instant }): ReturnType<PollTimes["note"]>;
  forgetPolls(deviceCode: Hashed<"device-code">): void;
  verify(question: VerifierQuestion): Promise<SentVerdict>;
  keys(input: WantedKeys): Promise<readonly PublicJwk[]>;
  noted(notes: Notes): void;
  /** A line for the log. */
  logged(line: string): void;
}

/** What the supervisor asks of a worker. */
export interface ToWorker {
  serve(orders: Orders): Promise<readonly Listen[]>;
  /** Shows that it goes on; with what it needs to know from time to time. */
  ping(input: { readonly level: LogLevel }): Promise<{ readonly memory: number }>;
  counted(event: Counted): void;
  /** What it has counted and noted since it told last. */
  handOver(input: undefined): Promise<Notes>;
  reloadCertificate(input: undefined): Promise<boolean>;
  /** Answers what is under way, and no more. */
  drain(input: undefined): Promise<void>;
}

/** All that a worker needs to know; it reads neither the environment nor the data directory's secret. */
export interface Orders {
  /** Without what is hidden in it, which does not pass through the channel. */
  readonly config: Config;
  readonly logo: BrandLogo | undefined;
  readonly instanceSecret: string;
  readonly collectorHeaders: readonly (readonly [name: string, value: string])[];
  /** Where to listen: addresses with ports alone. */
  readonly listen: readonly Listen[];
  readonly startedAt: Instant;
  readonly lastCommitBeforeOpening: Instant | undefined;
  readonly level: LogLevel;
  readonly counted: readonly CountedSoFar[];
}

export interface Counted {
  readonly limit: Limit;
  readonly key: string;
  readonly isCleared: boolean;
}

/** What is not worth a message of its own. */
export interface Notes {
  readonly counts: Counts;
  readonly touches: readonly Touches[];
  readonly traces: readonly Trace[];
}

export interface WantedKeys {
  readonly id: ClientId;
  readonly address: string;
  readonly isNewer: boolean;
  /** Of the request that wants them, where it is traced. */
  readonly span: Pick<Span, "traceId" | "spanId"> | undefined;
}

export interface SentRequest {
  /** Where it came in. */
  readonly listen: Listen;
  readonly peer: PeerAddress;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | undefined;
  /** Whether the beginning of the body comes with the answer, or is asked for. */
  readonly isAnsweredWhole: boolean;
}

export interface SentResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | undefined;
  /** Where more is to come: what to ask for it by. */
  readonly answer: number | undefined;
}

export interface Part {
  readonly bytes: Uint8Array | undefined;
  readonly isLast: boolean;
}

/** A fault is an error, which would arrive without its kind. */
export type SentVerdict =
  | Exclude<Verdict, { readonly kind: "unavailable" }>
  | { readonly kind: "unavailable"; readonly fault: VerifierFaultKind; readonly detail: string | undefined };
