// Bounds on how many items a person, an organization or the instance may have (409): core/src/bounds.ts.
// Rule: an item is counted while holding the lock that every creation of such an item takes, so two requests at the same
// time cannot exceed a bound.
// Deliberately absent: limits on how often somebody may do something (429, limits.ts).
import { boundDetail, type BoundName, type OrganizationId, type UserId } from "@mintmark/core";
import type { Transaction } from "../../store/store.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";

/**
 * Refuses one more item (`limit_reached`) when the bound is reached. Lock before: the user's row for organizations, the
 * membership's for tokens, the instance's for services, and the organization exclusively for the rest.
 */
export async function requireRoom(
  deps: Pick<Deps, "clock" | "settings">,
  tx: Transaction,
  bound: BoundName,
  of: string,
): Promise<void> {
  const most = deps.settings.bounds[bound];
  if ((await tx.countToward(bound, of, deps.clock())) < most) return;
  throw new Refusal("limit_reached", boundDetail(bound, most));
}

/** Refuses when the person is in as many organizations as allowed, or the organization is full. Lock both before. */
export async function requireRoomToJoin(
  deps: Pick<Deps, "clock" | "settings">,
  tx: Transaction,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<void> {
  await requireRoom(deps, tx, "organizationsOfPerson", userId);
  await requireRoom(deps, tx, "membersOfOrganization", organizationId);
}
