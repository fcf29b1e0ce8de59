import { AsyncLocalStorage } from "node:async_hooks";
import type { Random } from "../crypto/random.ts";
import { newIdentifier } from "../crypto/secret.ts";
import type { Log, LogLevel } from "./log.ts";
import type { Span } from "./span.ts";

/** What is done for one request, wherever it is done, finds out for which. */
export interface Requests {
  /** The request that is being answered; undefined for what the server does by itself. */
  present(): AnsweredRequest | undefined;
  /** Answers a request: all that `work` does is done for it. */
  answering<Result>(span: Span | undefined, work: () => Result): Result;
  /** The id of the present request: log lines, error pages, traces and spans name it so. */
  id(): string;
}

export interface AnsweredRequest {
  readonly id: string;
  /** Where the request is traced (OpenTelemetry): the span that is to stand above new ones. */
  readonly span: Span | undefined;
}

export function requests(random: Random): Requests {
  const storage = new AsyncLocalStorage<AnsweredRequest>();
  return {
    present: () => storage.getStore(),
    answering: (span, work) => storage.run(answeredRequest(random, span), work),
    id: () => storage.getStore()?.id ?? newIdentifier(random),
  };
}

/** Its id is made when somebody asks for it: most requests leave no trace. */
function answeredRequest(random: Random, span: Span | undefined): AnsweredRequest {
  let id: string | undefined;
  return {
    span,
    get id() {
      id ??= newIdentifier(random);
      return id;
    },
  };
}

/** A log whose lines name the request that they belong to, and its trace where there is one. */
export function logOfRequests(log: Log, { present }: Pick<Requests, "present">): Log {
  const at =
    (level: LogLevel): Log[LogLevel] =>
    (message, facts) => {
      if (!log.tells(level)) return;
      const request = present();
      if (request === undefined) log[level](message, facts);
      else log[level](message, { request: request.id, trace: request.span?.traceId, ...facts });
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), tells: log.tells };
}
