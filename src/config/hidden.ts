const inspect = Symbol.for("nodejs.util.inspect.custom");

/**
 * A secret of the operator. It prints as `[secret]` in text, JSON and logs; `reveal` is the only way out.
 * (The secrets that Postern makes have a class of their own in `crypto/`, which configuration may not import.)
 */
export class Hidden {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect](): string {
    return "[secret]";
  }
}
