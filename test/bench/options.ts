import { parseArgs } from "node:util";

export interface Options {
  readonly quick: boolean;
  readonly write: boolean;
  readonly against: string | undefined;
  /** Scenarios; all where there is none. */
  readonly names: readonly string[];
}

/** Wrong usage, or a question: what to print, and the exit code. */
export class Usage extends Error {
  override readonly name = "Usage";
  readonly exitCode: number;
  constructor(message: string, { exitCode, ...options }: ErrorOptions & { readonly exitCode: number }) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

const help = (names: readonly string[]) => `usage: bun run bench [--quick] [--against REV] [--write] [NAME...]

Measures the executable under load, beside a bare handler of the same framework and beside oidc-provider.

  NAME...        what to measure: any of the names below, or the beginning of some (all of them)
  --quick        fewer and shorter rounds, and unless names are given only what is hot: under two minutes
  --against REV  build this revision too, and measure both in turn, and not the others
  --write        write the results into docs/benchmarks.md: a whole run does so without being asked; one by names
                 replaces its own rows
  --help         this

Without names it takes half an hour, and ten minutes more for the soak.

Names: ${names.join(", ")}
`;

/** @throws Usage */
export function readOptions(words: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = parsed(words);
  if (values.help) throw new Usage(help(known), { exitCode: 0 });
  const names = positionals.flatMap((word) => {
    const meant = known.filter((name) => name === word);
    const begun = meant.length > 0 ? meant : known.filter((name) => name.startsWith(word));
    if (begun.length === 0)
      throw new Usage(`nothing is called ${word}: bun run bench --help names what there is\n`, { exitCode: 2 });
    return begun;
  });
  if (values.write && values.against !== undefined)
    throw new Usage("what --against measures is not written\n", { exitCode: 2 });
  return { quick: values.quick, write: values.write, against: values.against, names: [...new Set(names)] };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        quick: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
        against: { type: "string" },
      },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Usage(`${message}\nbun run bench --help tells more\n`, { exitCode: 2, cause: error });
  }
}
