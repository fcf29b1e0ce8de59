import type { StoreLimits } from "../limits.ts";
import type { WriteRequest } from "../write-queue.ts";
import { runBatch, type WriteResult } from "./batch.ts";
import { type HasRoom, roomIn } from "./budget.ts";
import { type Connection, openWriter } from "./database.ts";
import { carryLog, logKeeper } from "./log.ts";
import { createWrites, type Writes } from "./writes.ts";

// The writer: a Worker with the only connection that writes. What arrives while a commit is under way waits in
// `waiting` and forms the next transaction.

declare const self: Worker;

export interface NumberedRequest extends WriteRequest {
  readonly number: number;
}

export type ToWriter =
  | { readonly kind: "open"; readonly path: string; readonly limits: StoreLimits }
  | { readonly kind: "write"; readonly now: number; readonly requests: readonly NumberedRequest[] }
  | { readonly kind: "ping"; readonly number: number }
  | { readonly kind: "close" };

/** What came of a batch, and how long its commit took; a ping has taken none. */
interface Committed {
  readonly kind: "committed";
  readonly results: readonly { readonly number: number; readonly result: WriteResult | undefined }[];
  readonly seconds?: number;
}

export type FromWriter = Committed | { readonly kind: "closed" };

let connection: Connection | undefined;
let writes: Writes | undefined;
let keepLog: ((now: number) => void) | undefined;
let hasRoom: HasRoom | undefined;
let waiting: NumberedRequest[] = [];
let now = 0;
let closing = false;

self.onmessage = ({ data }: MessageEvent<string>) => {
  const message: ToWriter = JSON.parse(data);
  switch (message.kind) {
    case "open":
      connection = openWriter(message.path);
      writes = createWrites(connection, message.limits);
      keepLog = logKeeper(connection.$client);
      hasRoom = roomIn(connection.$client, message.limits);
      return;
    case "write":
      now = message.now;
      if (waiting.length === 0) setImmediate(commit);
      waiting.push(...message.requests);
      return;
    case "ping":
      post({ kind: "committed", results: [{ number: message.number, result: { ok: true, value: undefined } }] });
      return;
    case "close":
      closing = true;
      if (waiting.length === 0) close();
  }
};

function commit() {
  const batch = waiting;
  waiting = [];
  if (connection === undefined || writes === undefined) throw new Error("the writer was not opened");
  const since = performance.now();
  const results = runBatch(connection, writes, batch, now, hasRoom);
  post({
    kind: "committed",
    results: batch.map(({ number }, position) => ({ number, result: results[position] })),
    seconds: (performance.now() - since) / 1000,
  });
  keepLog?.(now);
  if (closing && waiting.length === 0) close();
}

const post = (message: FromWriter) => self.postMessage(JSON.stringify(message));

function close() {
  // For the next start, which may find the disk full.
  if (connection !== undefined) carryLog(connection.$client, "TRUNCATE");
  connection?.$client.close();
  post({ kind: "closed" });
}
