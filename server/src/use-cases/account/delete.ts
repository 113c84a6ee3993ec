// Deletes an account.
import { OWNER_ROLE } from "@mintmark/core";
import type { OrganizationRecord, Transaction, UserRecord } from "../../store/store.ts";
import {
  actorRef,
  authorOf,
  type Deps,
  eventBy,
  type ManagementActor,
  refuseKeptByHost,
  Refusal,
  type RevocationReceipt,
  revocationReceiptAt,
  type SessionActor,
} from "../use-case.ts";
import { isLastActiveOwner, type LockedUser, requireLiveSession, withUserLocked } from "../authority.ts";
import { endOrganization } from "../organization.ts";
import { requireOwnPassword, requireSamePassword } from "../session/sign-in.ts";
import { addressesToForget } from "../token/follow-up.ts";
import { endTokens, recordEnded } from "../token/revoke.ts";

type DeleteDeps = Pick<Deps, "store" | "clock" | "settings">;

/**
 * Deletes the caller's account for good, in one transaction. When this returns, every verification refuses their
 * tokens, their sessions and memberships have ended, their invitations are withdrawn, and their personal organization
 * is deleted with its keys. API keys that they created elsewhere belong to those organizations and keep working.
 * Refuses when an organization would lose its last active owner, or the instance its last instance admin.
 */
export async function deleteAccount(
  deps: DeleteDeps,
  actor: SessionActor,
  password: string,
): Promise<RevocationReceipt> {
  refuseKeptByHost(deps, actor.user);
  const checkedHash = await requireOwnPassword(deps, actor, password);
  const work = async (tx: Transaction, locked: LockedUser): Promise<RevocationReceipt> => {
    const user = await requireLiveSession(deps, tx, actor);
    await requireSamePassword(tx, user.id, checkedHash);
    await requireOtherInstanceAdmin(tx, user);
    await requireOtherOwners(tx, locked);
    return endAccount(deps, tx, { ...actor, user }, user, locked);
  };
  return withUserLocked(deps.store, actor.user.id, work, { lockInstance: true });
}

async function requireOtherInstanceAdmin(tx: Transaction, user: UserRecord): Promise<void> {
  if (user.instanceAdminAt === null || (await tx.countInstanceAdmins()) > 1) return;
  throw new Refusal(
    "last_instance_admin",
    "Your account is the only instance admin's, so it cannot be deleted. Appoint another instance admin first.",
  );
}

/** Names every organization that would lose its last owner, so that the person can fix them all at once. */
async function requireOtherOwners(tx: Transaction, { entries }: LockedUser): Promise<void> {
  const orphaned = await orphansOf(tx, entries);
  if (orphaned.length === 0) return;
  throw new Refusal(
    "last_owner",
    `You are the last active owner of: ${orphaned.map(({ name }) => `"${name}"`).join(", ")}. Make someone else an ${OWNER_ROLE} there or delete the organization, then delete your account.`,
  );
}

/** The shared organizations that would be left without an active owner. */
async function orphansOf(tx: Transaction, entries: LockedUser["entries"]): Promise<readonly OrganizationRecord[]> {
  const orphaned: OrganizationRecord[] = [];
  for (const { organization, membership } of entries) {
    if (organization.personalOf === null && (await isLastActiveOwner(tx, membership))) orphaned.push(organization);
  }
  return orphaned;
}

/**
 * Ends the account and everything in it, in the caller's transaction, which has locked the user everywhere. Where the
 * host takes the last active owner of an organization, the event names the organization.
 */
export async function endAccount(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor | ManagementActor,
  user: UserRecord,
  { entries }: LockedUser,
): Promise<RevocationReceipt> {
  const at = deps.clock();
  const { id, name } = user;
  const withoutOwner = await orphansOf(tx, entries);
  const author = authorOf(actor);
  await tx.rememberRemovals(user, at);
  // Delete the user before their organization, so that a token's refusal names the deleted account.
  await tx.deleteUser(id, at);
  const tokens = await endTokens(tx, { kind: "user", id }, { at, by: author.actor, reason: "user_deleted" });
  const endedSessions = await tx.endSessionsOfUser(id, null, at);
  const event = eventBy(actor, {
    at,
    organizationId: null,
    action: "user.deleted",
    target: { kind: "user", id, name },
    details: {
      revokedTokens: tokens.count,
      endedSessions,
      ...(withoutOwner.length > 0
        ? { withoutOwner: withoutOwner.map(({ id: organizationId }) => organizationId) }
        : {}),
    },
  });
  await tx.insertAuditEvents([event]);
  await tx.insertFollowUp(addressesToForget(user, author.actor, at));
  await recordEnded(tx, author, [tokens], event.id);
  for (const { organization, membership } of entries) {
    if (organization.personalOf !== null) await endOrganization(deps, tx, actor, organization, { tokens: false });
    else await leave(tx, actor, user, { ...membership, at });
  }
  // The rows of these links contain the address, which is deleted with the account.
  await tx.endEmailLinks("verify_email", id);
  await tx.endEmailLinks("reset_password", id);
  return await revocationReceiptAt(tx, at);
}

async function leave(
  tx: Transaction,
  actor: SessionActor | ManagementActor,
  { name }: UserRecord,
  membership: LockedUser["entries"][number]["membership"] & { readonly at: number },
): Promise<void> {
  const { id, at, role, organizationId } = membership;
  await tx.endMembership(id, at, actorRef(actor).id);
  const withdrawnInvitations = (await tx.withdrawInvitationsIssuedBy(id, at)).length;
  await tx.insertAuditEvents([
    eventBy(actor, {
      at,
      organizationId,
      action: actor.kind === "session" ? "member.left" : "member.removed",
      target: { kind: "membership", id, name },
      details: { role, withdrawnInvitations, accountDeleted: true },
    }),
  ]);
}
