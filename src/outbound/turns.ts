/** The right to go on, until it is given back. */
export interface Turn {
  end(): void;
}

export interface Turns {
  /** Undefined when the line is full, or the time was up before the turn came, where there is one. */
  take(signal?: AbortSignal): Promise<Turn | undefined>;
}

/** So many at a time, and a short line behind them. */
export function turns(mostAtOnce: number, mostWaiting: number): Turns {
  let running = 0;
  const line: (() => void)[] = [];
  const turn = (): Turn => ({
    end: () => {
      const next = line.shift();
      if (next === undefined) running -= 1;
      else next();
    },
  });

  return {
    take: async (signal) => {
      if (running < mostAtOnce) {
        running += 1;
        return turn();
      }
      if (line.length >= mostWaiting) return undefined;
      const { promise, resolve } = Promise.withResolvers<Turn | undefined>();
      const next = () => {
        signal?.removeEventListener("abort", giveUp);
        resolve(turn());
      };
      const giveUp = () => {
        line.splice(line.indexOf(next), 1);
        resolve(undefined);
      };
      line.push(next);
      signal?.addEventListener("abort", giveUp, { once: true });
      return promise;
    },
  };
}
