/** A counter per name and set of labels. */
export interface Metrics {
  count(name: MetricName, labels: Labels): void;
  /** What was counted since the start: with just these labels, or with all. */
  total(name: MetricName, labels?: Labels): number;
  /** Prometheus text format, version 0.0.4. */
  render(gauges: readonly Gauge[]): string;
}

export type Labels = Readonly<Record<string, string>>;

export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly value: number;
}

const counters = {
  postern_tokens_issued_total: "Token responses by grant type.",
  postern_token_errors_total: "Refused token requests by error code.",
  postern_introspections_total: "Introspections by answer.",
  postern_sign_ins_total: "Sign-ins by result.",
  postern_verifier_calls_total: "Questions to the verifier of the host's own users, by what was checked and by result.",
  postern_device_decisions_total: "Device requests decided by a person, by decision.",
  postern_registrations_total: "Dynamic registrations by result.",
  postern_backups_total: "Backups that the server made by itself, by result.",
  postern_limited_requests_total: "Requests that were told to wait (429), by endpoint.",
  postern_server_errors_total: "Requests that failed for a fault of the server.",
} as const;

export type MetricName = keyof typeof counters;

export function metrics(): Metrics {
  const counts = new Map<MetricName, Map<string, number>>();
  return {
    count: (name, labels) => {
      const series = counts.get(name) ?? new Map<string, number>();
      counts.set(name, series);
      const key = labelText(labels);
      series.set(key, (series.get(key) ?? 0) + 1);
    },
    total: (name, labels) => {
      const series = counts.get(name);
      if (labels !== undefined) return series?.get(labelText(labels)) ?? 0;
      let sum = 0;
      for (const value of series?.values() ?? []) sum += value;
      return sum;
    },
    render: (gauges) => {
      const lines: string[] = [];
      for (const [name, help] of Object.entries(counters)) {
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
        const series = [...counts].find(([counter]) => counter === name)?.[1] ?? new Map<string, number>();
        for (const [labels, value] of series) lines.push(`${name}${labels} ${value}`);
      }
      for (const gauge of gauges) {
        lines.push(`# HELP ${gauge.name} ${gauge.help}`, `# TYPE ${gauge.name} gauge`, `${gauge.name} ${gauge.value}`);
      }
      return `${lines.join("\n")}\n`;
    },
  };
}

/** Label values are our own words: there is nothing in them to escape. */
const labelText = (labels: Labels) =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(",")}}`;
