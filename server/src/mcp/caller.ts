import { type Catalogue, isReadOnly, type Principal, type TokenPolicy } from "@mintmark/core";

/** What decides which tools there are: what the credential may do, and what its organization lets MCP do, now. */
export interface Caller {
  readonly kind: "pat" | "api_key";
  /** Effective, in catalogue order. */
  readonly permissions: readonly string[];
  /** Whether they change nothing. */
  readonly isReadOnly: boolean;
  readonly isPersonalOrganization: boolean;
  readonly policy: Pick<TokenPolicy, "mcp" | "oversight">;
}

export function callerOf(catalogue: Catalogue, principal: Principal, policy: TokenPolicy): Caller {
  return {
    kind: principal.credential.kind,
    permissions: principal.permissions,
    isReadOnly: isReadOnly(catalogue, principal.permissions),
    isPersonalOrganization: principal.organization.personal,
    policy,
  };
}
