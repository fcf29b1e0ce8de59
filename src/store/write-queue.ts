/** A verb by noun and name, with the one value that it takes: as it goes to another thread, or to another process. */
export interface WriteRequest {
  readonly noun: string;
  readonly verb: string;
  readonly input: unknown;
}

/** Takes verbs and answers each when it is durable. */
export interface WriteQueue {
  write(request: WriteRequest): Promise<unknown>;
  /** How many are not durable yet. */
  waiting(): number;
  /** Resolves when the writer answers; it writes nothing for that. */
  ping(): Promise<void>;
  /** Resolves when what was taken is on disk and the connection is closed. */
  close(): Promise<void>;
}
