import type { AuditEventId, OrganizationId } from "@mintmark/core";
import type { AuditEventRecord, Cursor, Reads } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { authorityIn, permissionDenied } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { notFound } from "../refusal.ts";
import { type Offboarding, type OffboardingAction, offboardingOf } from "./offboarding.ts";

const ACTIONS: ReadonlySet<string> = new Set<OffboardingAction>(["member.removed", "member.left", "member.suspended"]);

/**
 * The proof of an offboarding, made again from the audit log. For whoever reads the log, and for whoever may
 * remove members: the proof is the answer to what they did.
 */
export async function findOffboarding(
  deps: Deps,
  actor: Actor,
  { organizationId, eventId }: { readonly organizationId: OrganizationId; readonly eventId: AuditEventId },
): Promise<Offboarding> {
  const { reads } = deps.store;
  const { permissions } = await authorityIn(deps, reads, actor, organizationId);
  if (!permissions.includes("audit:read") && !permissions.includes("members:write")) {
    throw permissionDenied(["audit:read"]);
  }
  const event = await reads.findAuditEvent(organizationId, eventId);
  if (event === null || !ACTIONS.has(event.action)) throw notFound();
  return offboardingOf(event, await causedBy(reads, event));
}

/** The events of one transaction carry one instant, which the log is in the order of. */
async function causedBy(reads: Reads, { id, at, organizationId }: AuditEventRecord): Promise<AuditEventRecord[]> {
  const filter = { organizationId: organizationId as OrganizationId, from: at, to: at + 1 };
  const caused: AuditEventRecord[] = [];
  let after: Cursor | null = null;
  do {
    const { items, next }: Awaited<ReturnType<Reads["listAuditEvents"]>> = await reads.listAuditEvents(filter, {
      limit: 200,
      after,
    });
    caused.push(...items.filter(({ details }) => details["because"] === id));
    after = next;
  } while (after !== null);
  return caused;
}
