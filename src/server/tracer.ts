import manifest from "../../package.json" with { type: "json" };
import type { Config } from "../config/load.ts";
import type { Context } from "../context.ts";
import { otlpDocument } from "../events/otlp.ts";
import { type SpanQueue, spanQueue } from "../events/span-queue.ts";
import { inSpan, type Tracing, tracing } from "../events/tracing.ts";
import { postToCollector } from "../outbound/collector.ts";
import { collectorFaults } from "../throttle/limits.ts";

// All that OpenTelemetry costs stands here and in what this file imports: a server without a collector does not load it.

export interface Tracer extends Pick<SpanQueue, "stop"> {
  readonly tracing: Tracing;
  /** The context, with spans around what a request waits for. */
  readonly context: Context;
}

export function tracer(
  context: Context,
  { collector, headers, serviceName, ratio }: NonNullable<Config["tracing"]>,
): Tracer {
  const { clock, random, requests, metrics, log, throttle } = context;
  const service = { name: serviceName, version: manifest.version };
  const asked = headers.map(([name, value]): [string, string] => [name, value.reveal()]);
  const queue = spanQueue({
    send: async (spans, signal) => {
      const document = otlpDocument(service, spans);
      const isTaken = await postToCollector({ url: collector, headers: asked }, document, signal).catch(() => false);
      if (!isTaken && throttle.count(collectorFaults, "") === undefined)
        log.warn("the OpenTelemetry collector did not take the traces: they are lost", { collector });
      return isTaken;
    },
    counted: (result, spans) => metrics.count("postern_trace_spans_total", { result }, spans),
  });
  const traced = tracing({ clock, random, requests, ratio, finished: queue.add });
  return { tracing: traced, context: withSpans(context, traced), stop: queue.stop };
}

function withSpans(context: Context, { below }: Tracing): Context {
  const { passwords, fetcher, verifier, store } = context;
  store.observe({ writing: (verb) => endOf(below(`store ${verb}`, "internal")) });
  return {
    ...context,
    passwords: {
      ...passwords,
      hash: (password) => inSpan(below("password hash", "internal"), () => passwords.hash(password)),
      verify: (...given) => inSpan(below("password verify", "internal"), () => passwords.verify(...given)),
    },
    fetcher: {
      json: (address, limits) =>
        inSpan(below("GET", "client", { "http.request.method": "GET", "server.address": hostOf(address) }), () =>
          fetcher.json(address, limits),
        ),
    },
    verifier: verifier && {
      ...verifier,
      ask: async (question) => {
        const span = below(`verifier ${question.check}`, "client");
        const verdict = await verifier.ask(question);
        span?.end({ isError: verdict.kind === "unavailable", attributes: { "postern.verdict": verdict.kind } });
        return verdict;
      },
    },
  };
}

const endOf = (span: ReturnType<Tracing["below"]>) =>
  span && ((isWritten: boolean) => span.end({ isError: !isWritten }));

/** A client has registered the address: what is behind its host is nobody's business. */
const hostOf = (address: string): string => URL.parse(address)?.hostname ?? "none";
