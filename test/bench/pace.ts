/**
 * Connections and the time that each waits before each of its requests, in milliseconds, so that all of them together ask
 * so often in a second. wrk knows no rate; the time is random (wrk.ts), and they arrive as independent callers do.
 */
export function paceOf(perSecond: number): { readonly connections: number; readonly delay: number } {
  const connections = Math.min(256, Math.max(8, Math.round(perSecond * wantedDelay)));
  return { connections, delay: Math.max(1, Math.round((connections / perSecond) * 1000)) };
}

/** Seconds: long beside an answer, so that answers make no rhythm, and short beside a round. */
const wantedDelay = 0.05;
