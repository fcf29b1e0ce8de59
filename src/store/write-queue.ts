/**
 * What is the same after it went as a text (JSON) to another thread or process: of anything else there is no value that fits.
 * An `unknown` was such a text before.
 */
export type Plain<Value> = unknown extends Value
  ? Value
  : Value extends string | number | boolean | null | undefined
    ? Value
    : Value extends readonly (infer Item)[]
      ? readonly Plain<Item>[]
      : Value extends bigint | symbol | ((...given: never) => unknown) | Date | ArrayBufferView | Iterable<unknown>
        ? never
        : { readonly [Name in keyof Value]: Plain<Value[Name]> };

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
