import { heapStats } from "bun:jsc";

/** Octets that are still held after the work and were not before it, beside the objects themselves. */
export async function heldAfter(work: () => Promise<void> | void): Promise<number> {
  const before = await held();
  await work();
  return (await held()) - before;
}

async function held(): Promise<number> {
  // What a stack still points to is let go with the next turn.
  for (let turn = 0; turn < 3; turn += 1) {
    await Bun.sleep(10);
    Bun.gc(true);
  }
  return heapStats().extraMemorySize;
}

/** The text as a part of the body of a request that is as large as one may be. */
export async function cutFromBody(text: string): Promise<string> {
  const body = await new Response(padding + text).text();
  return body.slice(padding.length);
}

/** A parameter that nobody knows; as much as fits into a body beside some others. */
export const padding = `padding=${"x".repeat(60_000)}&`;
