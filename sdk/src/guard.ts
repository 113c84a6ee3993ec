// What the middleware of every framework does with a request: verify it once, and refuse or continue.
// Rule: a request that was verified stays verified for its own duration only, and for its own middleware only.
import type { Permission } from "./catalogue.ts";
import type { Refused } from "./refusal.ts";
import type { CredentialSource } from "./source.ts";
import type { Verification, Verified, Verifier } from "./verifier.ts";

interface GuardedRequest {
  /** The object that stands for the request in this framework. */
  readonly key: object;
  readonly source: CredentialSource;
  readonly ip: string | null | undefined;
}

export type Guard = (request: GuardedRequest, permission?: Permission) => Promise<Verification>;

/**
 * Asks the instance once for each request. A further middleware on the same request decides from that response, which lists
 * all permissions.
 */
export function createGuard(verifier: Verifier): Guard {
  const callers = new WeakMap<object, Verified>();
  return async ({ key, source, ip }, permission) => {
    const caller = callers.get(key);
    if (caller !== undefined)
      return permission === undefined || caller.can(permission) ? caller : caller.forbidden(permission);
    const verification = await verifier.verify(source, { permission, ip });
    if (verification.ok) callers.set(key, verification);
    return verification;
  };
}

/** Called with every refusal before it is sent, to log or count it. Its result changes nothing, and neither does an error that it throws. */
export type OnRefusal<Request> = (refusal: Refused, request: Request) => void;

/** Reports a refusal to the product. A fault there must not turn a refusal into something else. */
export function report<Request>(onRefusal: OnRefusal<Request> | undefined, refusal: Refused, request: Request): void {
  try {
    onRefusal?.(refusal, request);
  } catch {
    // The refusal is still sent.
  }
}
