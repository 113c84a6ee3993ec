// The token policy of an organization: reading it and replacing it as a whole.
// Rule: a token stores nothing of the policy, so a change applies to every token the moment it commits. core decides
// what a policy means; this file decides which policies can be stored.
import {
  type Catalogue,
  type Ceiling,
  type ErrorCode,
  MAX_EXPIRY_DAYS,
  NETWORKS_OF_POLICY,
  type MintingRules,
  type OrganizationId,
  type TokenPolicy,
} from "@mintmark/core";
import { isNetwork } from "../../network/client-address.ts";
import { type Actor, type Deps, eventBy, type Receipt, receiptAt, Refusal, type SessionActor } from "../use-case.ts";
import {
  authorityIn,
  lockWithPermission,
  permissionDenied,
  requireLiveSession,
  requirePermission,
  requireRecentSession,
} from "../authority.ts";

/** Returns the organization's token policy, or the default if none was set. */
export async function getPolicy(deps: Deps, actor: Actor, organizationId: OrganizationId): Promise<TokenPolicy> {
  const { organization } = await requirePermission(deps, deps.store.reads, actor, organizationId, "policy:read");
  return organization.policy;
}

/** Each of these lets its holder mint a credential, or read the whole policy. */
const MINTERS = ["tokens:create", "api-keys:write", "policy:read"];

/** Returns the part of the policy that binds a new token or API key. Everyone who may create one may read it. */
export async function getMintingRules(deps: Deps, actor: Actor, organizationId: OrganizationId): Promise<MintingRules> {
  const { organization, permissions } = await authorityIn(deps, deps.store.reads, actor, organizationId);
  if (!MINTERS.some((permission) => permissions.includes(permission))) throw permissionDenied(["tokens:create"]);
  return organization.policy;
}

export interface PolicyChange {
  readonly policy: TokenPolicy;
  readonly receipt: Receipt;
}

/**
 * Replaces the organization's token policy. A stricter policy applies to existing tokens: when this returns, every
 * verification refuses a token that the policy forbids.
 */
export function setPolicy(
  deps: Deps,
  actor: SessionActor,
  input: { readonly organizationId: OrganizationId; readonly policy: TokenPolicy },
): Promise<PolicyChange> {
  return deps.store.transaction(async (tx) => {
    const { organizationId } = input;
    const { organization } = await lockWithPermission(deps, tx, actor, organizationId, "exclusive", "policy:write");
    await requireLiveSession(deps, tx, actor);
    const policy = requirePolicy(deps.catalogue, input.policy);
    requireRecentSession(deps, actor);
    const at = deps.clock();
    const changed = changedFields(organization.policy, policy);
    if (changed.length > 0) {
      await tx.setPolicy(organizationId, policy);
      await tx.insertAuditEvents([
        eventBy(actor, {
          at,
          organizationId,
          action: "policy.changed",
          target: { kind: "policy", id: organizationId, name: organization.name },
          details: { before: pick(organization.policy, changed), after: pick(policy, changed) },
        }),
      ]);
    }
    return { policy, receipt: await receiptAt(tx, at) };
  });
}

function changedFields(before: TokenPolicy, after: TokenPolicy): readonly (keyof TokenPolicy)[] {
  return (Object.keys(after) as (keyof TokenPolicy)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
}

function pick(policy: TokenPolicy, fields: readonly (keyof TokenPolicy)[]): Partial<TokenPolicy> {
  return Object.fromEntries(fields.map((field) => [field, policy[field]]));
}

/** Refuses limits out of range, and unknown permissions, roles and networks. Returns lists without repetitions. */
export function requirePolicy(catalogue: Catalogue, policy: TokenPolicy): TokenPolicy {
  return {
    maxLifetimeDays: requireDays("maxLifetimeDays", policy.maxLifetimeDays),
    allowNoExpiry: policy.allowNoExpiry,
    ceiling: requireCeiling(catalogue, policy.ceiling),
    mintableBy: requireRoles(catalogue, policy.mintableBy),
    oversight: policy.oversight,
    revokeOnSuspend: policy.revokeOnSuspend,
    idleDays: requireDays("idleDays", policy.idleDays),
    networks: requireNetworks(policy.networks),
    mcp: policy.mcp,
  };
}

function refuse(code: ErrorCode, field: string, message: string): Refusal {
  return new Refusal(code, `The policy was not changed. ${message}`, { errors: [{ field, message }] });
}

function named(values: readonly string[]): string {
  return values.slice(0, 5).join(", ").slice(0, 200);
}

function requireDays(field: string, days: number | null): number | null {
  if (days === null || (Number.isInteger(days) && days >= 1 && days <= MAX_EXPIRY_DAYS)) return days;
  throw refuse(
    "field_invalid",
    field,
    `${field} must be a whole number of days from 1 to ${MAX_EXPIRY_DAYS}, or null for no limit.`,
  );
}

function requireCeiling(catalogue: Catalogue, ceiling: Ceiling): Ceiling {
  if (ceiling.kind !== "list") return { kind: ceiling.kind };
  const field = "ceiling.permissions";
  const wanted = new Set(ceiling.permissions);
  const unknown = [...wanted].filter((permission) => !catalogue.permissions.has(permission));
  if (unknown.length > 0) throw refuse("permission_unknown", field, `There is no such permission: ${named(unknown)}.`);
  if (wanted.size === 0)
    throw refuse("permissions_empty", field, "Choose at least one permission, or another ceiling.");
  return {
    kind: "list",
    permissions: [...catalogue.permissions.keys()].filter((permission) => wanted.has(permission)),
  };
}

// An empty list is valid: nobody can mint until the policy changes.
function requireRoles(catalogue: Catalogue, roles: readonly string[]): readonly string[] {
  const wanted = new Set(roles);
  const unknown = [...wanted].filter((role) => !catalogue.roles.has(role));
  if (unknown.length > 0) throw refuse("role_unknown", "mintableBy", `There is no such role: ${named(unknown)}.`);
  return [...catalogue.roles.keys()].filter((role) => wanted.has(role));
}

function requireNetworks(networks: readonly string[] | null): readonly string[] | null {
  if (networks === null) return null;
  const wanted = [...new Set(networks)];
  if (wanted.length === 0 || wanted.length > NETWORKS_OF_POLICY) {
    throw refuse("field_invalid", "networks", `List 1 to ${NETWORKS_OF_POLICY} networks, or send null to allow any.`);
  }
  const wrong = wanted.filter((network) => !isNetwork(network));
  if (wrong.length === 0) return wanted;
  const message = `These are not networks in CIDR notation, such as 203.0.113.0/24 or 2001:db8::/32: ${named(wrong)}.`;
  throw refuse("field_invalid", "networks", message);
}
