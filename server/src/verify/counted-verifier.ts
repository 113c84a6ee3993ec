import type { Metrics } from "../metrics/metrics.ts";
import type { Verification, Verifier } from "./verifier.ts";

/** A verifier whose every outcome is counted, whichever transport asked. */
export function countVerifications(verifier: Verifier, metrics: Metrics): Verifier {
  const record = (verification: Verification, startedAt: number): Verification => {
    metrics.recordVerification(verification.ok ? "ok" : verification.code, (performance.now() - startedAt) / 1000);
    return verification;
  };
  const fail = (error: unknown, startedAt: number): never => {
    metrics.recordVerification("unavailable", (performance.now() - startedAt) / 1000);
    throw error;
  };
  return {
    keyOf: (secret) => verifier.keyOf(secret),
    // What is judged again was counted when it was verified.
    recheck: (key, client) => verifier.recheck(key, client),
    mark: () => verifier.mark(),
    verify(secret, client, permission) {
      const startedAt = performance.now();
      try {
        const verification = verifier.verify(secret, client, permission);
        if (!(verification instanceof Promise)) return record(verification, startedAt);
        return verification.then(
          (value) => record(value, startedAt),
          (error: unknown) => fail(error, startedAt),
        );
      } catch (error) {
        return fail(error, startedAt);
      }
    },
  };
}
