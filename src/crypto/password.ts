import { fairLine, type Lane } from "./fair-line.ts";

/** What there is: octets of memory, and cores, or the share of one. */
export interface Machine {
  readonly memory: number;
  readonly cores: number;
}

/** argon2id's cost: `memory` in KiB, `passes` over it (RFC 9106 §3.1). */
export interface PasswordCost {
  readonly memory: number;
  readonly passes: number;
}

export interface Passwords {
  /**
   * @throws PasswordsBusy
   */
  hash(password: string): Promise<string>;
  /**
   * False for a wrong password; takes as long when there is no hash to compare with.
   *
   * @param lane who asks: those who wait take turns by it
   * @throws PasswordsBusy
   */
  verify(password: string, passwordHash: string | undefined, lane?: Lane): Promise<boolean>;
  /** Whether the machine affords more than the hash was made with. */
  isOutdated(passwordHash: string): boolean;
}

const mebibyte = 1024;
const inBytes = ({ memory }: PasswordCost) => memory * 1024;

/**
 * From the strongest down: what a password costs, and the machine that it is for. Those without cores are OWASP's own, which
 * all cost about the same time and are never gone below; a machine with more cores is taken for a faster one, on which the
 * others still take no more than a quarter of a second. How long it really takes is not measured: hashes of one machine would
 * then depend on what else it did at a start.
 *
 * @source https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
const costs: readonly { readonly cost: PasswordCost; readonly from: Machine }[] = [
  { cost: { memory: 64 * mebibyte, passes: 2 }, from: machine(15_000, 8) },
  { cost: { memory: 32 * mebibyte, passes: 3 }, from: machine(3500, 4) },
  { cost: { memory: 19 * mebibyte, passes: 2 }, from: machine(190) },
  { cost: { memory: 12 * mebibyte, passes: 3 }, from: machine(110) },
  { cost: { memory: 9 * mebibyte, passes: 4 }, from: machine(80) },
];
const least: PasswordCost = { memory: 7 * mebibyte, passes: 5 };

/** Somewhat below the round numbers: a board with 4 GB has 3.7 GiB left for programs. */
function machine(mebibytes: number, cores = 0): Machine {
  return { memory: mebibytes * 1024 ** 2, cores };
}

/** The cost that fits the machine. */
export const passwordCost = ({ memory, cores }: Machine): PasswordCost =>
  costs.find(({ from }) => memory >= from.memory && cores >= from.cores)?.cost ?? least;

/**
 * How many are hashed at a time: one less than the cores, so that reading files and answering others goes on, in at most an
 * eighth of the memory.
 */
export const passwordsAtOnce = ({ memory, cores }: Machine, cost: PasswordCost): number =>
  Math.max(1, Math.min(Math.floor(cores) - 1, Math.floor(memory / 8 / inBytes(cost))));

/** Whoever chooses a password has shown who they are. */
const choosing: Lane = { name: "hash", isKnown: true };
const nobody: Lane = { name: "", isKnown: false };

/**
 * Hashing in a bounded pool with a short line behind it. Who comes after that is told to come back.
 *
 * @param onTurn called before each
 */
export function passwords(
  available: Machine,
  cost = passwordCost(available),
  onTurn: () => void = () => undefined,
): Passwords {
  const line = fairLine(passwordsAtOnce(available, cost));
  const inTurn: typeof line = (lane, work) =>
    line(lane, () => {
      onTurn();
      return work();
    });
  const unknown = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=1$${"A".repeat(43)}$${"A".repeat(43)}`;
  return {
    hash: (password) =>
      inTurn(choosing, () =>
        Bun.password.hash(password, { algorithm: "argon2id", memoryCost: cost.memory, timeCost: cost.passes }),
      ),
    verify: (password, passwordHash, lane = nobody) =>
      inTurn(
        { ...lane, name: `verify ${lane.name}` },
        async () => (await Bun.password.verify(password, passwordHash ?? unknown)) && passwordHash !== undefined,
      ),
    isOutdated: (passwordHash) => strength(costOf(passwordHash)) < strength(cost),
  };
}

/** What trying a password costs who has hardware for it: time and the memory that is taken meanwhile. */
const strength = ({ memory, passes }: PasswordCost): number => memory ** 2 * passes;

/** That of another algorithm is none. */
function costOf(passwordHash: string): PasswordCost {
  const [, memory = 0, passes = 0] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),/.exec(passwordHash) ?? [];
  return { memory: Number(memory), passes: Number(passes) };
}
