import type { Context } from "../context.ts";
import type { Series } from "../events/metrics.ts";
import { keptText } from "../events/traces.ts";
import type { Tracing } from "../events/tracing.ts";
import { isTrustedProxy, originOf, type Peer, peerAddress } from "../http/client-address.ts";
import { pathOf } from "./endpoint-names.ts";

interface ObservedBy {
  readonly context: Pick<Context, "config" | "log" | "metrics" | "requests">;
  /** Only where a collector is configured. */
  readonly tracing: Tracing | undefined;
  readonly endpointOf: (path: string) => string | undefined;
  readonly peer: () => Peer | null;
}

type Answer = (request: Request) => Response | Promise<Response>;

/** Methods that have a meaning here; others are one, or strangers would make series at will. */
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Answers requests, and keeps what there is to tell of each: in the log, the metrics and the trace. */
export function observed(by: ObservedBy, answer: Answer): Answer {
  const { context, tracing, endpointOf } = by;
  const measure = measuredIn(context.metrics);
  return (request) => {
    const since = performance.now();
    const path = pathOf(request.url);
    const endpoint = endpointOf(path);
    const method = methods.has(request.method) ? request.method : "other";
    const span = tracing?.request({ method, endpoint, ...callerOf(by, request) });

    const told = (status: number) => {
      const milliseconds = performance.now() - since;
      measure(endpoint ?? "none", method, status, milliseconds / 1000);
      if (context.log.tells("debug")) {
        const { address } = originOf(context, request, by.peer());
        const facts = { method, path: keptText(path), status, milliseconds: Math.round(milliseconds), address };
        context.log.debug("a request was answered", facts);
      }
      span?.end({ isError: status >= 500, attributes: { ...idOf(context), "http.response.status_code": status } });
    };
    const answered = (response: Response) => {
      told(response.status);
      return response;
    };
    const failed = (error: unknown): never => {
      told(500);
      throw error;
    };
    return context.requests.answering(span, () => {
      const response = answer(request);
      return response instanceof Promise ? response.then(answered, failed) : answered(response);
    });
  };
}

interface Measured {
  readonly duration: Series;
  readonly byStatus: Map<number, Series>;
}

/** Counts a request: its series are looked up by one key, for there are thousands a second. */
function measuredIn(metrics: Context["metrics"]) {
  const known = new Map<string, Measured>();
  return (endpoint: string, method: string, status: number, seconds: number): void => {
    const key = method + endpoint;
    let measured = known.get(key);
    if (measured === undefined) {
      const duration = metrics.histogram("postern_http_request_duration_seconds", { endpoint, method });
      measured = { duration, byStatus: new Map() };
      known.set(key, measured);
    }
    let requests = measured.byStatus.get(status);
    if (requests === undefined) {
      requests = metrics.counter("postern_http_requests_total", { endpoint, method, status: String(status) });
      measured.byStatus.set(status, requests);
    }
    requests.add(1);
    measured.duration.add(seconds);
  };
}

/** From the trace to the log, and to why the request was refused. */
const idOf = ({ requests }: Pick<Context, "requests">) => ({ "postern.request.id": requests.id() });

const callerOf = ({ context, peer }: ObservedBy, request: Request) => ({
  traceparent: request.headers.get("traceparent"),
  isCallerTrusted: isTrustedProxy(context, peerAddress(request, peer())),
});
