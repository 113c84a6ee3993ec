// Ends what was made in an account before the first proof of its address. Until then nobody knows whose account it is:
// somebody may have opened it with another person's address. So nothing made before carries the proof.
// Rule: the proof and the endings are one transaction, whichever boxes the person ticks. When a signed-in person proves
// another address after the first, everything in the account is theirs, and nothing ends.
// Deliberately absent: services. They are the instance's, and only an instance admin registers them.
import type { AuditEventId, OrganizationId, SessionId } from "@mintmark/core";
import type { AuditEventRecord, TargetRef, Transaction, UserRecord } from "../../store/store.ts";
import { eventOf, type RequestOrigin } from "../actor.ts";
import { withdrawnEventOf } from "../grants.ts";
import { listUsableSessions } from "../session/session.ts";
import { countEnded, recordEnded, sweepTokens } from "../token/end-many.ts";

/** How many of each ended, the feed being one at most. */
export interface EndedByProof {
  readonly sessions: number;
  readonly tokens: number;
  readonly apiKeys: number;
  readonly invitations: number;
  readonly domainJoinings: number;
  readonly deviceLogins: number;
  readonly calendarFeeds: number;
}

export interface ProofOrigin {
  readonly at: number;
  readonly origin: RequestOrigin;
  /** The session that presented the proof, and goes on; `null` when it came without one. */
  readonly session: SessionId | null;
}

/**
 * Ends every credential, session, feed and grant of the account but the session that proves. Whoever calls it holds
 * the account's organizations exclusively and its user: what is being minted is waited for, and found. `because` is
 * the event of the proof. The password is the caller's: a reset replaces it, a session that proves has just given it.
 */
export async function endUnproved(
  tx: Transaction,
  user: UserRecord,
  { at, origin, session }: ProofOrigin,
  because: AuditEventId,
): Promise<EndedByProof> {
  const by = { kind: "user", id: user.id, name: user.name } as const;
  const reason = "address_proved";
  const events: AuditEventRecord[] = [];
  const record = (
    action: AuditEventRecord["action"],
    target: TargetRef,
    organizationId: OrganizationId | null = null,
    details: Readonly<Record<string, unknown>> = {},
  ): void => {
    const content = { at, organizationId, action, target, details: { reason, because, ...details } };
    events.push(eventOf({ actor: by, via: null, origin }, content));
  };

  const entries = await tx.listOrganizationsOfUser(user.id);
  const memberships = entries.map(({ membership }) => membership.id);
  const tokens = await sweepTokens(tx, memberships, { at, by, reason });
  await recordEnded(tx, { actor: by, via: null, origin }, tokens, because);
  const apiKeys = await tx.revokeApiKeysCreatedBy(user.id, { at, by, reason });
  for (const { id, name, organizationId, prefix } of apiKeys)
    record("api_key.revoked", { kind: "api_key", id, name }, organizationId, { prefix });

  const sessions = (await listUsableSessions(tx, user.id, at)).filter(({ id }) => id !== session);
  await tx.endSessionsOfUser(user.id, session, at);
  for (const { id } of sessions) record("session.ended", { kind: "session", id, name: "Browser session" });
  const feed = await tx.revokeCalendarFeed(user.id, at);
  if (feed !== null) record("calendar_feed.revoked", { kind: "user", id: user.id, name: user.name });
  const deviceLogins = await tx.refuseDeviceLoginsOf(user.id, at);
  for (const { id, deviceName } of deviceLogins)
    record("device.denied", { kind: "device_login", id, name: deviceName });
  await tx.endEmailLinks("reset_password", user.id);
  // A link that gives the account another address is a grant like any other.
  await tx.endEmailLinks("verify_email", user.id);

  const domainJoinings = await tx.clearDomainJoiningsSetBy(user.id);
  let invitations = 0;
  for (const { organization, membership } of entries) {
    const withdrawn = await tx.withdrawInvitationsIssuedBy(membership.id, at);
    invitations += withdrawn.length;
    for (const invitation of withdrawn)
      events.push(withdrawnEventOf({ actor: by, via: null, origin }, invitation, at, because));
    const joining = domainJoinings.find(({ organizationId }) => organizationId === organization.id);
    if (joining === undefined) continue;
    const { domain, role } = joining;
    const target = { kind: "organization", id: organization.id, name: organization.name } as const;
    record("organization.joining_changed", target, organization.id, { before: { domain, role }, after: null });
  }
  await tx.insertAuditEvents(events);
  return {
    sessions: sessions.length,
    tokens: countEnded(tokens),
    apiKeys: apiKeys.length,
    invitations,
    domainJoinings: domainJoinings.length,
    deviceLogins: deviceLogins.length,
    calendarFeeds: feed === null ? 0 : 1,
  };
}
