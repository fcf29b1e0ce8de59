import type { HostPerson, HostRefusal } from "../model/host-person.ts";
import { MalformedAnswer, readVerifierAnswer, verifierVersion } from "../rules/verifier-answer.ts";
import type { Duration } from "../time.ts";
import { turns } from "./turns.ts";
import { VerifierFault } from "./verifier-fault.ts";

/** Where the host's verifier is: as config/verifier.ts reads it. */
export type VerifierPlace =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "exec"; readonly path: string }
  | { readonly kind: "http"; readonly url: string };

/** What the host is asked. */
export type VerifierQuestion =
  | { readonly check: "password"; readonly username: string; readonly password: string; readonly address: string }
  /** Whether the person may still get in, and who they are now. */
  | { readonly check: "account"; readonly subject: string };

export type Verdict =
  | { readonly kind: "allowed"; readonly person: HostPerson }
  | { readonly kind: "refused"; readonly reason: HostRefusal }
  /** There is no answer, or none that can be read. `fault` holds our own words alone. */
  | { readonly kind: "unavailable"; readonly fault: VerifierFault };

/** Asks the host about its own users. */
export interface Verifier {
  /** Never rejects. */
  ask(question: VerifierQuestion): Promise<Verdict>;
  /** Waits until as much time has passed since then as the host has taken of late to refuse a password. */
  keepPace(since: number): Promise<void>;
}

interface VerifierOptions {
  readonly address: VerifierPlace;
  readonly timeout: Duration;
  /** After each question: what came out of it, in a word. */
  readonly asked: (question: VerifierQuestion, verdict: Verdict) => void;
}

/** So many questions at a time, and so many that wait for their turn. */
const mostAtOnce = 8;
const mostWaiting = 40;
/** Of so many refusals it is remembered how long they took. */
const mostPaces = 16;

/** @param options.timeout from the question to the whole answer, the wait for its turn included */
export function verifier({ address, timeout, asked }: VerifierOptions): Verifier {
  const line = turns(mostAtOnce, mostWaiting);
  const paces: number[] = [];

  const answerOf = async (question: VerifierQuestion): Promise<Verdict> => {
    const signal = AbortSignal.timeout(timeout);
    const turn = await line.take(signal);
    if (turn === undefined) throw new VerifierFault("busy");
    try {
      const answer = readVerifierAnswer(await transport(address, question, signal));
      // The host was asked about one person and may not answer with another.
      if (question.check === "account" && answer.kind === "allowed" && answer.person.subject !== question.subject)
        throw new MalformedAnswer("subject");
      return answer;
    } catch (error) {
      throw faultOf(error, signal);
    } finally {
      turn.end();
    }
  };

  return {
    ask: async (question) => {
      const since = performance.now();
      const verdict = await answerOf(question).catch(
        (error: unknown): Verdict => ({ kind: "unavailable", fault: faultOf(error) }),
      );
      if (verdict.kind === "refused" && question.check === "password") {
        paces.push(performance.now() - since);
        if (paces.length > mostPaces) paces.shift();
      }
      asked(question, verdict);
      return verdict;
    },
    keepPace: async (since) => {
      const pace = paces.shift();
      if (pace === undefined) return;
      // One after the other, over and over: each of them is as likely as at the host.
      paces.push(pace);
      await Bun.sleep(Math.max(0, since + pace - performance.now()));
    },
  };
}

/** The way there, loaded with the first question. */
async function transport(address: VerifierPlace, question: VerifierQuestion, signal: AbortSignal): Promise<string> {
  const document = JSON.stringify({ version: verifierVersion, ...question });
  if (address.kind === "exec") {
    const { runVerifier } = await import("./verifier-exec.ts");
    return runVerifier(address.path, document, signal);
  }
  const { postToVerifier } = await import("./verifier-http.ts");
  return postToVerifier(address, document, signal);
}

function faultOf(error: unknown, signal?: AbortSignal): VerifierFault {
  if (error instanceof VerifierFault) return error;
  if (signal?.aborted === true) return new VerifierFault("timeout");
  if (error instanceof MalformedAnswer) return new VerifierFault("malformed", { detail: error.message, cause: error });
  // `ECONNREFUSED`, `ENOENT` and the like.
  const code = error instanceof Error && "code" in error ? { detail: String(error.code) } : {};
  return new VerifierFault("unreachable", { ...code, cause: error });
}
