// Hooks for Fastify.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Permission } from "./catalogue.ts";
import { createGuard, type OnRefusal, report } from "./guard.ts";
import type { Verified, Verifier } from "./verifier.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The caller, behind `requireToken` or `requirePermission`. */
    mintmark: Verified;
  }
}

/** An `onRequest` or `preHandler` hook. */
export type FastifyHook = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | void>;

export interface FastifyOptions {
  /** The client's address. `request.ip` by default, which follows Fastify's option `trustProxy`. */
  readonly ip?: (request: FastifyRequest) => string | null | undefined;
  readonly onRefusal?: OnRefusal<FastifyRequest>;
}

export interface FastifyProtection {
  /** Lets requests with any active credential through. The caller is then `request.mintmark`. */
  readonly requireToken: FastifyHook;
  /** The same for credentials that have the permission now. */
  readonly requirePermission: (permission: Permission) => FastifyHook;
}

/** Protects routes of Fastify with a verifier. */
export function protect(verifier: Verifier, { ip, onRefusal }: FastifyOptions = {}): FastifyProtection {
  const guard = createGuard(verifier);
  const hook =
    (permission?: Permission): FastifyHook =>
    async (request, reply) => {
      const address = ip === undefined ? request.ip : ip(request);
      const verification = await guard({ key: request.raw, source: request.raw, ip: address }, permission);
      if (verification.ok) {
        request.mintmark = verification;
        return;
      }
      report(onRefusal, verification, request);
      const { status, headers, body } = verification.toProblem();
      // As bytes, because Fastify adds a charset to the content type of a text.
      return reply.code(status).headers(headers).send(new TextEncoder().encode(body));
    };
  return { requireToken: hook(), requirePermission: hook };
}
