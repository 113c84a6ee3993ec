// Middleware for Hono, on every runtime that Hono runs on.
import type { Context, MiddlewareHandler } from "hono";
import type { Permission } from "./catalogue.ts";
import { createGuard, type OnRefusal, report } from "./guard.ts";
import type { RequestLike } from "./source.ts";
import type { Verified, Verifier } from "./verifier.ts";

/** `c.get("mintmark")` is the caller, behind `requireToken` or `requirePermission`. */
export interface MintmarkEnv {
  Variables: { mintmark: Verified };
}

export interface HonoOptions {
  /**
   * The client's address. On Node it is the socket's peer by default. On other runtimes it is unknown without this
   * function, and a policy with networks then refuses the credential.
   */
  readonly ip?: (c: Context) => string | null | undefined;
  readonly onRefusal?: OnRefusal<Context>;
}

export interface HonoProtection {
  /** Lets requests with any active credential through. */
  readonly requireToken: MiddlewareHandler<MintmarkEnv>;
  /** The same for credentials that have the permission now. */
  readonly requirePermission: (permission: Permission) => MiddlewareHandler<MintmarkEnv>;
}

/** The part of a context that `@hono/node-server` adds and that is read. */
interface NodeBindings {
  readonly incoming?: RequestLike & { readonly socket?: { readonly remoteAddress?: string } };
}

/** Protects routes of Hono with a verifier. */
export function protect(verifier: Verifier, { ip, onRefusal }: HonoOptions = {}): HonoProtection {
  const guard = createGuard(verifier);
  const middleware =
    (permission?: Permission): MiddlewareHandler<MintmarkEnv> =>
    async (c, next) => {
      const { incoming } = (c.env ?? {}) as NodeBindings;
      const { raw } = c.req;
      // The request of node:http shows two headers of one name, which `Headers` joins.
      const source: RequestLike = { ...readable(raw), rawHeaders: incoming?.rawHeaders };
      const address = ip === undefined ? incoming?.socket?.remoteAddress : ip(c);
      const verification = await guard({ key: raw, source, ip: address }, permission);
      if (!verification.ok) {
        report(onRefusal, verification, c);
        return verification.toResponse();
      }
      c.set("mintmark", verification);
      return next();
    };
  return { requireToken: middleware(), requirePermission: middleware };
}

function readable({ headers, method, url }: Request): RequestLike {
  return { headers, method, url };
}
