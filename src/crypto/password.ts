import { availableParallelism, totalmem } from "node:os";

/** argon2id's cost: `memory` in KiB, `passes` over it (RFC 9106 §3.1). */
export interface PasswordCost {
  readonly memory: number;
  readonly passes: number;
}

/** Too many people sign in at once; the answer is 503 with `Retry-After`. */
export class PasswordQueueFull extends Error {
  override readonly name = "PasswordQueueFull";
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /** False for a wrong password; takes as long when there is no hash to compare with. */
  verify(password: string, passwordHash: string | undefined): Promise<boolean>;
}

const mebibyte = 1024 * 1024;

/**
 * The cost that fits the machine: from its memory, never from a timing run. Never below what OWASP names
 * (19 MiB, 2 passes, or 12 MiB, 3 passes).
 */
export function passwordCost(memoryBytes: number): PasswordCost {
  if (memoryBytes < 256 * mebibyte) return { memory: 12 * 1024, passes: 3 };
  if (memoryBytes < 2048 * mebibyte) return { memory: 19 * 1024, passes: 2 };
  return { memory: 32 * 1024, passes: 3 };
}

/** What the process may use: the control group's limit where there is one. */
export function machineMemory(): number {
  const constrained = process.constrainedMemory();
  const total = totalmem();
  return constrained > 0 && constrained < total ? constrained : total;
}

/**
 * Hashing in a bounded pool: at most one less than the cores at a time, so that reading files and answering others
 * goes on, and a short line behind it. Who comes after that is told to come back.
 */
export function passwords(
  cost: PasswordCost,
  atOnce = Math.max(1, availableParallelism() - 1),
  mostWaiting = 40,
): Passwords {
  let running = 0;
  const line: (() => void)[] = [];

  const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= atOnce) {
      if (line.length >= mostWaiting) throw new PasswordQueueFull("too many passwords are being checked");
      await new Promise<void>((resolve) => line.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };

  const unknown = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=1$${"A".repeat(43)}$${"A".repeat(43)}`;

  return {
    hash: (password) =>
      inTurn(() =>
        Bun.password.hash(password, { algorithm: "argon2id", memoryCost: cost.memory, timeCost: cost.passes }),
      ),
    verify: (password, passwordHash) =>
      inTurn(async () => (await Bun.password.verify(password, passwordHash ?? unknown)) && passwordHash !== undefined),
  };
}
