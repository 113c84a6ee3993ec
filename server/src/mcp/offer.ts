// Decides which tools a caller has. Rule: one function decides for both the list and the call, so that they cannot
// disagree.
import { type Catalogue, isReadOnly, type Principal, type TokenPolicy } from "@mintmark/core";
import { allowsOversight, permissionDenied } from "../use-cases/authority.ts";
import { Refusal } from "../use-cases/refusal.ts";
import { oversightDenied } from "../use-cases/token/oversight.ts";

/** The conditions for a tool. All of them must hold. */
export interface ToolRules {
  /** `write`: the tool changes something, so it requires a credential and a policy that are not read-only. */
  readonly access: "read" | "write";
  readonly permission?: string;
  /** Only for a personal access token, because the tool concerns a person's own tokens. */
  readonly needsPerson?: true;
  /** How much oversight of members' tokens the organization's policy must allow. */
  readonly oversight?: "list" | "list-and-revoke";
  /** Not in a personal organization, which has one member. */
  readonly needsSharedOrganization?: true;
}

export function isOffered(rules: ToolRules, caller: Caller): boolean {
  return lackOf(rules, caller) === null;
}

/** Throws the reason why the caller does not have the tool. */
export function requireOffered(rules: ToolRules, caller: Caller): void {
  const lack = lackOf(rules, caller);
  if (lack !== null) throw refusalOf(lack, rules);
}

type Lack = "mcp" | "writing over MCP" | "writing" | "permission" | "person" | "oversight" | "shared organization";

/**
 * Returns a plain value. Open streams evaluate every tool many times a second, and a thrown refusal costs a stack
 * trace.
 */
function lackOf(
  rules: ToolRules,
  { kind, permissions, isReadOnly, isPersonalOrganization, policy }: Caller,
): Lack | null {
  if (policy.mcp === "off") return "mcp";
  if (rules.access === "write" && policy.mcp === "read-only") return "writing over MCP";
  if (rules.access === "write" && isReadOnly) return "writing";
  if (rules.permission !== undefined && !permissions.includes(rules.permission)) return "permission";
  if (rules.needsPerson === true && kind === "api_key") return "person";
  if (rules.oversight !== undefined && !allowsOversight(policy, rules.oversight)) return "oversight";
  return rules.needsSharedOrganization === true && isPersonalOrganization ? "shared organization" : null;
}

function refusalOf(lack: Lack, rules: ToolRules): Refusal {
  switch (lack) {
    case "mcp":
      return mcpIsOff();
    case "writing over MCP":
      return new Refusal(
        "policy_mcp",
        "The organization's token policy gives AI clients read-only access over MCP. Do this in the web app, or ask someone who may change the policy.",
      );
    case "writing":
      return new Refusal(
        "permission_denied",
        "The token is read-only. Use a token with write permissions, or do this in the web app.",
      );
    case "permission":
      return permissionDenied([rules.permission as string]);
    case "person":
      return new Refusal(
        "personal_credential_required",
        "This tool concerns a person's own tokens, and an API key belongs to an organization. Use a personal access token.",
      );
    case "oversight":
      return oversightDenied(rules.oversight as "list" | "list-and-revoke");
    case "shared organization":
      return new Refusal(
        "personal_organization",
        "The token belongs to a personal organization, which has one member. Use a token of another organization.",
      );
  }
}

export function mcpIsOff(): Refusal {
  return new Refusal(
    "policy_mcp",
    "The organization's token policy has turned MCP off, so AI clients have no access. The token itself is active. Someone who may change the policy can turn MCP on.",
  );
}

/**
 * The current facts that decide which tools exist: the credential's permissions and its organization's policy for MCP.
 */
export interface Caller {
  readonly kind: "pat" | "api_key";
  /** Effective permissions, in catalogue order. */
  readonly permissions: readonly string[];
  /** Whether all permissions are read-only. */
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
