// Which tools a caller has. One function decides for the list and for the call, so that they cannot disagree.
import { permissionDenied } from "../service/authority.ts";
import { requireOversight } from "../service/oversight/require-oversight.ts";
import { Refusal } from "../service/refusal.ts";
import type { Caller } from "./caller.ts";

/** What a tool takes to be offered; all of it. */
export interface ToolRules {
  /** `write`: it changes something, so no read-only credential has it, nor anybody under a read-only policy. */
  readonly access: "read" | "write";
  readonly permission?: string;
  /** Only a personal access token: it is about a person's own tokens. */
  readonly needsPerson?: true;
  /** How far the organization's policy must let admins see to members' tokens. */
  readonly oversight?: "list" | "list-and-revoke";
  /** Not in a personal organization, which has one member. */
  readonly needsSharedOrganization?: true;
}

/** Throws the reason why the caller does not have the tool. */
export function requireOffered(rules: ToolRules, caller: Caller): void {
  if (caller.policy.mcp === "off") throw mcpIsOff();
  if (rules.access === "write") requireWriting(caller);
  if (rules.permission !== undefined && !caller.permissions.includes(rules.permission))
    throw permissionDenied([rules.permission]);
  if (rules.needsPerson === true && caller.kind === "api_key") {
    throw new Refusal(
      "personal_credential_required",
      "This concerns a person's own tokens, and an API key belongs to an organization. Use a personal access token.",
    );
  }
  if (rules.oversight !== undefined) requireOversight(caller.policy, rules.oversight);
  if (rules.needsSharedOrganization === true && caller.isPersonalOrganization) {
    throw new Refusal(
      "personal_organization",
      "The token belongs to a personal organization, which has one member. Use a token of another organization.",
    );
  }
}

export function isOffered(rules: ToolRules, caller: Caller): boolean {
  try {
    requireOffered(rules, caller);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

export function mcpIsOff(): Refusal {
  return new Refusal(
    "policy_mcp",
    "The organization's token policy has turned MCP off, so no AI client gets anything here. The token itself is good. Someone who may change the policy can turn MCP on.",
  );
}

function requireWriting({ policy, isReadOnly }: Caller): void {
  if (policy.mcp === "read-only") {
    throw new Refusal(
      "policy_mcp",
      "The organization's token policy lets AI clients read over MCP and change nothing. Do this in the web app, or ask someone who may change the policy.",
    );
  }
  if (isReadOnly) {
    throw new Refusal(
      "permission_denied",
      "The token can only read. Use one that may change something, or do this in the web app.",
    );
  }
}
