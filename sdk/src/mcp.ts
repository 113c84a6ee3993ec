// The caller as `authInfo` of the official MCP server (`@modelcontextprotocol/server`). Use it instead of that package's
// bearer check, which refuses tokens without an expiry.
// Rule: tools never get the secret. `authInfo.token` holds the credential's prefix.
import type { AuthInfo } from "@modelcontextprotocol/server";
import type { Permission } from "./catalogue.ts";
import { createGuard, type OnRefusal, report } from "./guard.ts";
import type { Verified, Verifier } from "./verifier.ts";

export interface McpOptions {
  /** The permission that every request needs. */
  readonly permission?: Permission;
  readonly ip?: (request: Request) => string | null | undefined;
  readonly onRefusal?: OnRefusal<Request>;
}

/** Returns the `authInfo` for a verified request, or the response to send. */
export type McpGate = (request: Request) => Promise<AuthInfo | Response>;

/**
 * Protects an MCP server that serves `Request`s: `const auth = await gate(request); if (auth instanceof Response) return
 * auth; return handler.fetch(request, { authInfo: auth });`
 */
export function protect(verifier: Verifier, { permission, ip, onRefusal }: McpOptions = {}): McpGate {
  const guard = createGuard(verifier);
  return async (request) => {
    const verification = await guard({ key: request, source: request, ip: ip?.(request) }, permission);
    if (verification.ok) return authInfoOf(verification);
    report(onRefusal, verification, request);
    return verification.toResponse();
  };
}

const CALLER = "mintmark";

/** The caller as `authInfo`: scopes are the permissions, the client is the credential. */
export function authInfoOf(caller: Verified): AuthInfo {
  const { credential, permissions } = caller.principal;
  const { endsAt } = credential;
  return {
    token: credential.prefix,
    clientId: credential.id,
    scopes: [...permissions],
    ...(endsAt === null ? {} : { expiresAt: Math.floor(Date.parse(endsAt) / 1000) }),
    extra: { [CALLER]: caller },
  };
}

/** The caller in a tool: `callerOf(context.http?.authInfo)`. Throws when the request did not pass the gate. */
export function callerOf(authInfo: Pick<AuthInfo, "extra"> | undefined): Verified {
  const caller = authInfo?.extra?.[CALLER];
  if (typeof caller !== "object" || caller === null || !("can" in caller))
    throw new Error("the request did not pass the gate of @mintmark/sdk/mcp");
  return caller as Verified;
}
