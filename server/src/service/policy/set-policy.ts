// The token policy: read, and replaced as a whole.
// Rule: nothing of a policy is stored in a token, so a change is in force for every token the moment it is
// committed. What may be in a policy is judged in policy-input.ts; what it means, in core.
import type { OrganizationId, TokenPolicy } from "@mintmark/core";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { lockWithPermission } from "../organization/lock-organization.ts";
import { type Receipt, receiptAt } from "../receipt.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { requirePolicy } from "./policy-input.ts";

export interface PolicyChange {
  readonly policy: TokenPolicy;
  readonly receipt: Receipt;
}

/**
 * Replaces the organization's token policy as a whole. Tightening applies to existing tokens: when this
 * returns, a token the policy forbids is refused everywhere.
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
    return { policy, receipt: receiptAt(at) };
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
