import { type AuditEventId, DAY_MS, type OrganizationId } from "@mintmark/core";
import { nextTurn } from "../../event-loop/turn.ts";
import type { AuditEventRecord, Cursor, Reads } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { authorityIn, permissionDenied } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { notFound } from "../refusal.ts";
import { causedCount, type Offboarding, type OffboardingAction, offboardingOf } from "./offboarding.ts";

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

/** How far the search for events goes on from the offboarding, step by step, as long as some are missing. */
const WINDOWS_MS: readonly number[] = [1, 60_000, 3_600_000, DAY_MS, Number.POSITIVE_INFINITY];
const ACTIONS_CAUSED = ["pat.revoked", "api_key.revoked", "invitation.withdrawn"] as const;

/**
 * The events of one transaction carry one instant, which the log is in the order of. Those of a follow-up come later,
 * most of them within a minute.
 */
async function causedBy(reads: Reads, event: AuditEventRecord): Promise<AuditEventRecord[]> {
  const { at } = event;
  const caused: AuditEventRecord[] = [];
  let from = at;
  for (const windowMs of WINDOWS_MS) {
    const to = Math.min(at + windowMs, Number.MAX_SAFE_INTEGER);
    caused.push(...(await causedBetween(reads, event, { from, to })));
    if (caused.length >= causedCount(event)) break;
    from = to;
  }
  return caused;
}

async function causedBetween(
  reads: Reads,
  { id, organizationId }: AuditEventRecord,
  span: { readonly from: number; readonly to: number },
): Promise<AuditEventRecord[]> {
  const filter = { organizationId: organizationId as OrganizationId, actions: ACTIONS_CAUSED, ...span };
  const caused: AuditEventRecord[] = [];
  let after: Cursor | null = null;
  do {
    const { items, next }: Awaited<ReturnType<Reads["listAuditEvents"]>> = await reads.listAuditEvents(filter, {
      limit: 200,
      after,
    });
    caused.push(...items.filter(({ details }) => details["because"] === id));
    after = next;
    if (after !== null) await nextTurn();
  } while (after !== null);
  return caused;
}
