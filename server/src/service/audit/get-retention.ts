import { type OrganizationId, type Retention, retentionInForce, type RetentionSetting } from "@mintmark/core";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";

/** How long an organization's events are kept, and what the instance does where it did not say. */
export interface AuditRetention {
  readonly setting: RetentionSetting;
  readonly inForce: Retention;
  readonly instanceDefault: Retention;
}

export async function getRetention(deps: Deps, actor: Actor, organizationId: OrganizationId): Promise<AuditRetention> {
  await requirePermission(deps, deps.store.reads, actor, organizationId, "audit:read");
  return retentionOf(deps, await deps.store.reads.findAuditRetention(organizationId));
}

export function retentionOf(deps: Pick<Deps, "clock" | "settings">, setting: RetentionSetting): AuditRetention {
  const { auditRetentionDays: instanceDefault } = deps.settings;
  return { setting, inForce: retentionInForce(setting, instanceDefault, deps.clock()), instanceDefault };
}
