import {
  type CounterName,
  counters,
  type GaugeName,
  gauges,
  type HistogramName,
  histograms,
  type LabelsOf,
} from "./metric-table.ts";

/** A number of series for each name in the table, one for each set of label values. */
export interface Metrics {
  count<Name extends CounterName>(name: Name, labels: LabelsOf<(typeof counters)[Name]>, by?: number): void;
  /** One series, for who counts so often that finding it each time would cost too much. */
  counter<Name extends CounterName>(name: Name, labels: LabelsOf<(typeof counters)[Name]>): Series;
  histogram<Name extends HistogramName>(name: Name, labels: LabelsOf<(typeof histograms)[Name]>): Series;
  /** What was counted since the start, in all series with these labels. */
  total(name: CounterName, labels?: Labels): number;
  /** What was counted since this was asked last, for another process to add to its own. */
  taken(): Counts;
  add(counts: Counts): void;
  /** Prometheus text format, version 0.0.4. */
  render(gauges: readonly Gauge[]): string;
}

export interface Series {
  /** Counts so many, or puts a measured value into its bucket. */
  add(value: number): void;
}

/** What several series have counted. */
export interface Counts {
  readonly counters: readonly { readonly name: CounterName; readonly labels: Labels; readonly value: number }[];
  readonly histograms: readonly {
    readonly name: HistogramName;
    readonly labels: Labels;
    readonly counts: readonly number[];
    readonly sum: number;
  }[];
}

/** A value as it is at the moment. */
export interface Gauge {
  readonly name: GaugeName;
  readonly labels?: Labels;
  readonly value: number;
}

type Labels = Readonly<Record<string, string>>;

class Counted implements Series {
  readonly labels: Labels;
  value = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  add(value: number): void {
    this.value += value;
  }

  take(): number {
    const { value } = this;
    this.value = 0;
    return value;
  }
}

class Observed implements Series {
  readonly labels: Labels;
  readonly #buckets: readonly number[];
  /** How many values were in each bucket alone; the last one is beyond all bounds. */
  counts: number[];
  sum = 0;

  constructor(labels: Labels, buckets: readonly number[]) {
    this.labels = labels;
    this.#buckets = buckets;
    this.counts = new Array<number>(buckets.length + 1).fill(0);
  }

  add(value: number): void {
    let bucket = 0;
    while (value > (this.#buckets[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += value;
  }

  join({ counts, sum }: Pick<Counts["histograms"][number], "counts" | "sum">): void {
    for (const [bucket, count] of counts.entries()) this.counts[bucket] = (this.counts[bucket] ?? 0) + count;
    this.sum += sum;
  }

  take(): Pick<Observed, "counts" | "sum"> {
    const { counts, sum } = this;
    this.counts = counts.map(() => 0);
    this.sum = 0;
    return { counts, sum };
  }
}

export function metrics(): Metrics {
  const counted = new Map<CounterName, Map<string, Counted>>();
  const observed = new Map<HistogramName, Map<string, Observed>>();
  const counter = (name: CounterName, labels: Labels): Counted =>
    seriesOf(counted, name, counters[name].labels, labels, () => new Counted(labels));
  const histogram = (name: HistogramName, labels: Labels): Observed => {
    const { buckets, labels: names } = histograms[name];
    return seriesOf(observed, name, names, labels, () => new Observed(labels, buckets));
  };
  return {
    counter,
    count: (name, labels, by = 1) => counter(name, labels).add(by),
    histogram,
    taken: () => ({
      counters: [...counted].flatMap(([name, all]) =>
        [...all.values()]
          .filter(({ value }) => value > 0)
          .map((series) => ({ name, labels: series.labels, value: series.take() })),
      ),
      histograms: [...observed].flatMap(([name, all]) =>
        [...all.values()]
          .filter(({ counts }) => counts.some((count) => count > 0))
          .map((series) => ({ name, labels: series.labels, ...series.take() })),
      ),
    }),
    add: (counts) => {
      for (const { name, labels, value } of counts.counters) counter(name, labels).add(value);
      for (const { name, labels, ...others } of counts.histograms) histogram(name, labels).join(others);
    },
    total: (name, wanted = {}) => {
      let sum = 0;
      for (const { labels, value } of counted.get(name)?.values() ?? [])
        if (Object.entries(wanted).every(([label, word]) => labels[label] === word)) sum += value;
      return sum;
    },
    render: (present) =>
      [
        ...Object.entries(counters).flatMap(([name, { help }]) => [
          ...head(name, "counter", help),
          ...allOf(counted, name).map(({ labels, value }) => line(name, labels, value)),
        ]),
        ...Object.entries(histograms).flatMap(([name, { help, buckets }]) => [
          ...head(name, "histogram", help),
          ...allOf(observed, name).flatMap((series) => bucketLines(name, buckets, series)),
        ]),
        ...present.flatMap(({ name, labels = {}, value }) => [
          ...head(name, "gauge", gauges[name].help),
          line(name, labels, value),
        ]),
        "",
      ].join("\n"),
  };
}

/** The series of these labels, made at its first value. */
function seriesOf<Name, Series>(
  all: Map<Name, Map<string, Series>>,
  name: Name,
  names: readonly string[],
  labels: Labels,
  fresh: () => Series,
): Series {
  let byLabels = all.get(name);
  if (byLabels === undefined) {
    byLabels = new Map();
    all.set(name, byLabels);
  }
  let key = "";
  for (const label of names) key += `${labels[label]}\n`;
  let series = byLabels.get(key);
  if (series === undefined) {
    series = fresh();
    byLabels.set(key, series);
  }
  return series;
}

const allOf = <Series>(all: ReadonlyMap<string, ReadonlyMap<string, Series>>, name: string): readonly Series[] => [
  ...(all.get(name)?.values() ?? []),
];

const head = (name: string, type: string, help: string) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];

/** A bucket of the format holds all that is below its bound, the buckets before it included. */
function bucketLines(name: string, buckets: readonly number[], { labels, counts, sum }: Observed): readonly string[] {
  let below = 0;
  const lines = [...buckets, "+Inf"].map((bound, position) => {
    below += counts[position] ?? 0;
    return line(`${name}_bucket`, { ...labels, le: String(bound) }, below);
  });
  return [...lines, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, below)];
}

/** Label values are our own words: there is nothing in them to escape. */
const line = (name: string, labels: Labels, value: number): string => {
  const pairs = Object.entries(labels).map(([label, word]) => `${label}="${word}"`);
  return pairs.length === 0 ? `${name} ${value}` : `${name}{${pairs.join(",")}} ${value}`;
};
