import { verifierText } from "./verifier-answer.ts";
import { VerifierFault } from "./verifier-fault.ts";

/** All that is in the program's environment: nothing of Postern's, where secrets may be. */
const environment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
} as const;

/**
 * Runs the program with the question on its standard input. What it says on standard error is nobody's: it might repeat
 * a password. When the time is up it is killed, with all that it has started.
 *
 * @throws VerifierFault
 */
export async function runVerifier(path: string, document: string, signal: AbortSignal): Promise<string> {
  const child = started(path);
  const kill = () => killGroup(child);
  signal.addEventListener("abort", kill, { once: true });
  try {
    // A program that reads nothing and answers has answered all the same.
    await feed(child.stdin, document).catch(() => undefined);
    const text = await verifierText(child.stdout, signal);
    const exitCode = await child.exited;
    if (signal.aborted) throw new VerifierFault("timeout");
    if (exitCode !== 0) throw new VerifierFault("failed", { detail: `exit code ${exitCode}` });
    return text;
  } catch (error) {
    // Of one that has ended the number may be another's by now.
    if (child.exitCode === null && child.signalCode === null) kill();
    throw error;
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

type Child = ReturnType<typeof started>;

function started(path: string) {
  try {
    // A process group of its own, so that it can be ended whole.
    return Bun.spawn([path], { stdin: "pipe", stdout: "pipe", stderr: "ignore", env: environment, detached: true });
  } catch (error) {
    throw new VerifierFault("unreachable", { detail: "the program cannot be run", cause: error });
  }
}

async function feed(stdin: Child["stdin"], document: string): Promise<void> {
  stdin.write(document);
  await stdin.end();
}

function killGroup(child: Child): void {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended, or the system knows no groups (Windows).
    child.kill("SIGKILL");
  }
}
