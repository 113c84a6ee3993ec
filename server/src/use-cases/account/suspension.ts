// What follows the suspension of an account, for instance admins and for the host: sessions and links end, and tokens where
// a policy says so. Deliberately absent: who may suspend whom (admin/user.ts, directory/user.ts).
import type { Transaction, UserRecord } from "../../store/store.ts";
import type { LockedUser } from "../authority.ts";
import { countEnded, recordEnded, sweepTokens } from "../token/revoke.ts";
import { actorRef, authorOf, eventBy, type ManagementActor, type SessionActor } from "../use-case.ts";

/**
 * Records a suspension that was just stored, in the caller's transaction, which has locked the user everywhere. Where the
 * host suspends the last active owner of an organization, the event names the organization.
 */
export async function recordAccountSuspension(
  tx: Transaction,
  actor: SessionActor | ManagementActor,
  user: UserRecord,
  { entries }: LockedUser,
  { at, withoutOwner = [] }: { readonly at: number; readonly withoutOwner?: readonly string[] },
): Promise<void> {
  // A link from before the suspension must not work after a reinstatement: it may be why the account was suspended.
  await tx.endEmailLinks("reset_password", user.id);
  const endedSessions = await tx.endSessionsOfUser(user.id, null, at);
  const memberships = entries.flatMap(({ organization, membership }) =>
    organization.policy.revokeOnSuspend ? [membership.id] : [],
  );
  const ended = await sweepTokens(tx, memberships, { at, by: actorRef(actor), reason: "suspended" });
  const event = eventBy(actor, {
    at,
    organizationId: null,
    action: "user.suspended",
    target: { kind: "user", id: user.id, name: user.name },
    details: {
      endedSessions,
      revokedTokens: countEnded(ended),
      ...(withoutOwner.length > 0 ? { withoutOwner } : {}),
    },
  });
  await tx.insertAuditEvents([event]);
  await recordEnded(tx, authorOf(actor), ended, event.id);
}
