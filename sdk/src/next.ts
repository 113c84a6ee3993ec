// Route handlers of Next.js, and every other function from a `Request` to a `Response`: workers, Deno, Bun, Astro,
// SvelteKit, Remix.
import type { Permission } from "./catalogue.ts";
import { createGuard, type OnRefusal, report } from "./guard.ts";
import type { Verified, Verifier } from "./verifier.ts";

/** A handler that also gets the caller, before what else the framework passes to it. */
export type ProtectedHandler<Incoming extends Request, Rest extends readonly unknown[]> = (
  request: Incoming,
  caller: Verified,
  ...rest: Rest
) => Response | Promise<Response>;

export type Handler<Incoming extends Request, Rest extends readonly unknown[]> = (
  request: Incoming,
  ...rest: Rest
) => Promise<Response>;

export interface HandlerOptions {
  /**
   * The client's address. A `Request` has none, so it is unknown without this function, and a policy with networks then
   * refuses the credential. Read it from the header that your platform sets and clients cannot.
   */
  readonly ip?: (request: Request) => string | null | undefined;
  readonly onRefusal?: OnRefusal<Request>;
}

export interface HandlerProtection {
  /** Lets requests with any active credential through to the handler, and refuses all others. */
  readonly requireToken: <Incoming extends Request, Rest extends readonly unknown[]>(
    handler: ProtectedHandler<Incoming, Rest>,
  ) => Handler<Incoming, Rest>;
  /** The same for credentials that have the permission now. */
  readonly requirePermission: <Incoming extends Request, Rest extends readonly unknown[]>(
    permission: Permission,
    handler: ProtectedHandler<Incoming, Rest>,
  ) => Handler<Incoming, Rest>;
}

/** Protects handlers with a verifier. */
export function protect(verifier: Verifier, { ip, onRefusal }: HandlerOptions = {}): HandlerProtection {
  const guard = createGuard(verifier);
  const wrap =
    <Incoming extends Request, Rest extends readonly unknown[]>(
      permission: Permission | undefined,
      handler: ProtectedHandler<Incoming, Rest>,
    ): Handler<Incoming, Rest> =>
    async (request, ...rest) => {
      const verification = await guard({ key: request, source: request, ip: ip?.(request) }, permission);
      if (verification.ok) return handler(request, verification, ...rest);
      report(onRefusal, verification, request);
      return verification.toResponse();
    };
  return {
    requireToken: (handler) => wrap(undefined, handler),
    requirePermission: wrap,
  };
}
