import type { Config } from "../config/load.ts";
import type { Context } from "../context.ts";
import { type Verifier, verifier } from "../outbound/verifier.ts";
import { verifierFaults } from "../throttle/limits.ts";

/** The host's verifier, its calls counted; a fault is told to the operator, at most once a minute. */
export function hostVerifier(
  { address, timeout }: NonNullable<Config["verifier"]>,
  { log, metrics, throttle }: Pick<Context, "log" | "metrics" | "throttle">,
): Verifier {
  return verifier({
    address,
    timeout,
    asked: ({ check }, verdict) => {
      const result = verdict.kind === "unavailable" ? verdict.fault.kind : verdict.kind;
      metrics.count("postern_verifier_calls_total", { check, result });
      if (verdict.kind === "unavailable" && throttle.count(verifierFaults, result) === undefined)
        log.warn("the host's verifier gave no answer", { fault: verdict.fault.message });
    },
  });
}
