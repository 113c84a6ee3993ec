// Middleware for Express, and for every router that takes `(request, response, next)`.
import type { Permission } from "./catalogue.ts";
import { createGuard, type OnRefusal, report } from "./guard.ts";
import { type ResponseLike, sendProblem } from "./node.ts";
import type { RequestLike } from "./source.ts";
import type { Verification, Verified, Verifier } from "./verifier.ts";

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- the types of Express are extended in this way
  namespace Express {
    interface Request {
      /** The caller, behind `requireToken` or `requirePermission`. */
      mintmark: Verified;
    }
  }
}

/** The part of Express's request that is read. */
export interface ExpressRequest extends RequestLike {
  /** Follows the setting `trust proxy`. */
  readonly ip?: string | undefined;
  mintmark: Verified;
}

export type ExpressMiddleware = (
  request: ExpressRequest,
  response: ResponseLike,
  next: (error?: unknown) => void,
) => Promise<void>;

export interface ExpressOptions {
  /** The client's address. `request.ip` by default, which follows Express's setting `trust proxy`. */
  readonly ip?: (request: ExpressRequest) => string | null | undefined;
  readonly onRefusal?: OnRefusal<ExpressRequest>;
}

export interface ExpressProtection {
  /** Lets requests with any active credential through. The caller is then `request.mintmark`. */
  readonly requireToken: ExpressMiddleware;
  /** The same for credentials that have the permission now. */
  readonly requirePermission: (permission: Permission) => ExpressMiddleware;
}

/** Protects routes of Express with a verifier. */
export function protect(verifier: Verifier, { ip, onRefusal }: ExpressOptions = {}): ExpressProtection {
  const guard = createGuard(verifier);
  const middleware =
    (permission?: Permission): ExpressMiddleware =>
    async (request, response, next) => {
      let verification: Verification;
      try {
        const address = ip === undefined ? request.ip : ip(request);
        verification = await guard({ key: request, source: request, ip: address }, permission);
      } catch (error) {
        // A fault in the product's own options. Express 4 does not notice it by itself.
        return next(error);
      }
      if (verification.ok) {
        request.mintmark = verification;
        return next();
      }
      report(onRefusal, verification, request);
      sendProblem(response, verification.toProblem());
    };
  return { requireToken: middleware(), requirePermission: middleware };
}
