// Checks the bounds on what a person, an organization or the instance can have: core/src/limits.ts.
import { type LimitName, limitDetail, type OrganizationId, type UserId } from "@mintmark/core";
import type { Transaction } from "../store/store.ts";
import type { Deps } from "./deps.ts";
import { Refusal } from "./refusal.ts";

/**
 * Refuses one more (`limit_reached`) when there are as many as there can be. Call it under the lock that everybody
 * takes who makes one: the user's row for organizations, the membership's for tokens, the instance's for services, and
 * the organization's, exclusively, for the rest. So two requests at once cannot pass the bound.
 */
export async function requireRoom(
  deps: Pick<Deps, "clock" | "settings">,
  tx: Transaction,
  limit: LimitName,
  of: string,
): Promise<void> {
  const most = deps.settings.limits[limit];
  if ((await tx.countToward(limit, of, deps.clock())) < most) return;
  throw new Refusal("limit_reached", limitDetail(limit, most));
}

/** Refuses when the person is in as many organizations as one can be, or the organization is full. Both are locked. */
export async function requireRoomToJoin(
  deps: Pick<Deps, "clock" | "settings">,
  tx: Transaction,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<void> {
  await requireRoom(deps, tx, "organizationsOfPerson", userId);
  await requireRoom(deps, tx, "membersOfOrganization", organizationId);
}
