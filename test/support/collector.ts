/** A span as the collector got it. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: { stringValue?: string; intValue?: string } }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number };
}

/** An OpenTelemetry collector: a small HTTP server that keeps what it gets. */
export interface Collector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  readonly bodies: readonly string[];
  readonly requests: readonly {
    readonly path: string;
    readonly contentType: string | null;
    readonly headers: Headers;
  }[];
  readonly spans: () => readonly CollectedSpan[];
  readonly services: () => ReadonlySet<string | undefined>;
  stop(): Promise<void>;
}

interface Document {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: CollectedSpan["attributes"] };
    readonly scopeSpans: readonly { readonly spans: readonly CollectedSpan[] }[];
  }[];
}

/** @param answer what it says to each request; 200 unless it is given */
export function startCollector(answer: () => Response | Promise<Response> = () => Response.json({})): Collector {
  const bodies: string[] = [];
  const requests: Collector["requests"][number][] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const { headers, url } = request;
      requests.push({ path: new URL(url).pathname, contentType: headers.get("content-type"), headers });
      bodies.push(await request.text());
      return answer();
    },
  });
  const documents = () =>
    bodies.map((body): Document => JSON.parse(body)).flatMap(({ resourceSpans }) => resourceSpans);
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    bodies,
    requests,
    spans: () => documents().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    services: () => new Set(documents().map(({ resource }) => factOf(resource, "service.name"))),
    stop: () => server.stop(true),
  };
}

/** An attribute of a span or of its service. */
export function factOf({ attributes }: Pick<CollectedSpan, "attributes">, name: string): string | undefined {
  const value = attributes.find(({ key }) => key === name)?.value;
  return value?.stringValue ?? value?.intValue;
}
