// Middleware for node:http. A wrapped listener runs only for a verified request.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Permission } from "./catalogue.ts";
import { createGuard, type OnRefusal, report } from "./guard.ts";
import type { ProblemResponse } from "./refusal.ts";
import type { Verified, Verifier } from "./verifier.ts";

export interface NodeOptions {
  /** The client's address. The socket's peer by default. Behind a proxy, read it from the header that the proxy sets. */
  readonly ip?: (request: IncomingMessage) => string | null | undefined;
  readonly onRefusal?: OnRefusal<IncomingMessage>;
}

/** A listener of node:http that also gets the caller. */
export type ProtectedListener = (request: IncomingMessage, response: ServerResponse, caller: Verified) => unknown;

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface NodeProtection {
  /** Lets requests with any active credential through to the listener, and refuses all others. */
  readonly requireToken: (listener: ProtectedListener) => Listener;
  /** The same for credentials that have the permission now. */
  readonly requirePermission: (permission: Permission, listener: ProtectedListener) => Listener;
  /** Verifies a request and returns its caller, or refuses it and returns `null`. */
  readonly authenticate: (
    request: IncomingMessage,
    response: ServerResponse,
    permission?: Permission,
  ) => Promise<Verified | null>;
}

/** Protects listeners of node:http with a verifier. */
export function protect(verifier: Verifier, { ip, onRefusal }: NodeOptions = {}): NodeProtection {
  const guard = createGuard(verifier);
  const authenticate: NodeProtection["authenticate"] = async (request, response, permission) => {
    const address = ip === undefined ? request.socket.remoteAddress : ip(request);
    const verification = await guard({ key: request, source: request, ip: address }, permission);
    if (verification.ok) return verification;
    report(onRefusal, verification, request);
    sendProblem(response, verification.toProblem());
    return null;
  };
  const wrap =
    (permission: Permission | undefined, listener: ProtectedListener) =>
    async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const caller = await authenticate(request, response, permission);
      if (caller !== null) await listener(request, response, caller);
    };
  return {
    authenticate,
    requireToken: (listener) => wrap(undefined, listener),
    requirePermission: (permission, listener) => wrap(permission, listener),
  };
}

/** The part of a response of node:http that a refusal uses. */
export interface ResponseLike {
  readonly headersSent: boolean;
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): unknown;
  end(body: string): unknown;
}

/** Sends a refusal, unless the response has begun already. */
export function sendProblem(response: ResponseLike, { status, headers, body }: ProblemResponse): void {
  if (response.headersSent) return;
  response.writeHead(status, { ...headers, "Content-Length": new TextEncoder().encode(body).byteLength });
  response.end(body);
}
