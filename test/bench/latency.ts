/** How long answers took, in milliseconds. */
export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

/** Asks again and again, on so many connections, until the time is over. */
export async function latencyOf(ask: () => Promise<unknown>, seconds: number, connections = 2): Promise<Latency> {
  const taken: number[] = [];
  const until = performance.now() + seconds * 1000;
  const connection = async () => {
    while (performance.now() < until) {
      const start = performance.now();
      await ask();
      taken.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  taken.sort((one, other) => one - other);
  const at = (share: number) => taken[Math.floor(taken.length * share)] ?? Number.NaN;
  return { count: taken.length, p50: at(0.5), p99: at(0.99) };
}

export const inWords = ({ count, p50, p99 }: Latency): string =>
  `${count} answers, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
