import type { Message, Port } from "../../src/server/workers/link.ts";

/** One end of a channel within this process. */
export interface MemoryPort {
  readonly port: Port;
  /** Ends the channel; both ends learn of it. */
  leave(): void;
}

/** The two ends of a channel that copies what goes through it, as one between processes does. */
export function memoryPorts(): readonly [MemoryPort, MemoryPort] {
  let isOpen = true;
  const takers: ((batch: readonly Message[]) => void)[] = [];
  const leavers: (() => void)[] = [];
  const end = (own: 0 | 1): MemoryPort => ({
    port: {
      // At once: what a worker tells of a request is there when the test has its answer.
      later: queueMicrotask,
      post: (batch) => {
        const copy = structuredClone(batch);
        queueMicrotask(() => {
          if (isOpen) takers[1 - own]?.(copy);
        });
      },
      onBatch: (take) => {
        takers[own] = take;
      },
      onGone: (gone) => leavers.push(gone),
    },
    leave: () => {
      if (!isOpen) return;
      isOpen = false;
      for (const gone of leavers) gone();
    },
  });
  return [end(0), end(1)];
}
