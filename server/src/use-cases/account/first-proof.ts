// Ends everything in an account when its address is verified for the first time. Until then nobody knows whose account
// it is: somebody may have opened it with another person's address.
// Rule: the verification and the endings are one transaction, whatever the person chooses. When a signed-in person
// later verifies another address, everything in the account is theirs, and nothing ends.
// Deliberately absent: services. They belong to the instance, and only an instance admin registers them.
import type { AuditEventId, OrganizationId, SessionId } from "@mintmark/core";
import type { AuditEventRecord, TargetRef, Transaction, UserRecord } from "../../store/store.ts";
import { eventOf, type EventOrigin, type RequestOrigin } from "../use-case.ts";
import { withdrawnEventOf } from "../grants.ts";
import type { LockedUser } from "../authority.ts";
import { countEnded, recordEnded, sweepTokens } from "../token/revoke.ts";

/** How many items of each kind ended. There is at most one calendar feed. */
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
  /** The session that presented the proof, which continues; `null` when there was none. */
  readonly session: SessionId | null;
  /** The author of the endings, unless it is the account itself. */
  readonly author?: EventOrigin;
}

/**
 * Ends every credential, session, feed and grant of the account, except the session that presented the proof. The
 * caller has locked the account's organizations exclusively and its user, so a mint that is under way finishes first
 * and its token is found. `because` is the event of the verification. Leaves the password to the caller: a reset
 * replaces it, and a session has just given it.
 */
export async function endUnproved(
  tx: Transaction,
  user: UserRecord,
  { at, origin, session, author: given }: ProofOrigin,
  because: AuditEventId,
): Promise<EndedByProof> {
  const actor = { kind: "user", id: user.id, name: user.name } as const;
  const author: EventOrigin = given ?? { actor, via: null, origin };
  const events: AuditEventRecord[] = [];
  const ending: Ending = { tx, user, at, author, because, events };
  const entries = await tx.listOrganizationsOfUser(user.id);
  const credentials = await endCredentials(ending, entries);
  const access = await endAccess(ending, session);
  const grants = await endGrants(ending, entries);
  await tx.insertAuditEvents(events);
  return { ...credentials, ...access, ...grants };
}

/** The values that the steps share, and the events that they collect. */
interface Ending {
  readonly tx: Transaction;
  readonly user: UserRecord;
  readonly at: number;
  readonly author: EventOrigin;
  readonly because: AuditEventId;
  readonly events: AuditEventRecord[];
}

type Entries = LockedUser["entries"];

const REASON = "address_proved";

async function endCredentials(ending: Ending, entries: Entries): Promise<Pick<EndedByProof, "tokens" | "apiKeys">> {
  const { tx, user, at, author, because } = ending;
  const revocation = { at, by: author.actor, reason: REASON } as const;
  const memberships = entries.map(({ membership }) => membership.id);
  const tokens = await sweepTokens(tx, memberships, revocation);
  await recordEnded(tx, author, tokens, because);
  const apiKeys = await tx.revokeApiKeysCreatedBy(user.id, revocation);
  for (const { id, name, organizationId, prefix } of apiKeys)
    record(ending, "api_key.revoked", { kind: "api_key", id, name }, organizationId, { prefix });
  return { tokens: countEnded(tokens), apiKeys: apiKeys.length };
}

/** Ends sessions, the calendar feed, device logins and emailed links. */
async function endAccess(
  ending: Ending,
  session: SessionId | null,
): Promise<Pick<EndedByProof, "sessions" | "calendarFeeds" | "deviceLogins">> {
  const { tx, user, at } = ending;
  const sessions = (await tx.listSessions(user.id, at)).filter(({ id }) => id !== session);
  await tx.endSessionsOfUser(user.id, session, at);
  for (const { id } of sessions) record(ending, "session.ended", { kind: "session", id, name: "Browser session" });
  const feed = await tx.revokeCalendarFeed(user.id, at);
  if (feed !== null) record(ending, "calendar_feed.revoked", { kind: "user", id: user.id, name: user.name });
  const deviceLogins = await tx.refuseDeviceLoginsOf(user.id, at);
  for (const { id, deviceName } of deviceLogins)
    record(ending, "device.denied", { kind: "device_login", id, name: deviceName });
  await tx.endEmailLinks("reset_password", user.id);
  // A link that changes the account's address is also a grant.
  await tx.endEmailLinks("verify_email", user.id);
  return { sessions: sessions.length, calendarFeeds: feed === null ? 0 : 1, deviceLogins: deviceLogins.length };
}

/** Withdraws invitations and closes organizations that the account opened to a domain. */
async function endGrants(
  ending: Ending,
  entries: Entries,
): Promise<Pick<EndedByProof, "invitations" | "domainJoinings">> {
  const { tx, user, at, author, because, events } = ending;
  const domainJoinings = await tx.clearDomainJoiningsSetBy(user.id);
  let invitations = 0;
  for (const { organization, membership } of entries) {
    const withdrawn = await tx.withdrawInvitationsIssuedBy(membership.id, at);
    invitations += withdrawn.length;
    for (const invitation of withdrawn) events.push(withdrawnEventOf(author, invitation, at, because));
    const joining = domainJoinings.find(({ organizationId }) => organizationId === organization.id);
    if (joining === undefined) continue;
    const { domain, role } = joining;
    const target = { kind: "organization", id: organization.id, name: organization.name } as const;
    record(ending, "organization.joining_changed", target, organization.id, { before: { domain, role }, after: null });
  }
  return { invitations, domainJoinings: domainJoinings.length };
}

function record(
  { at, author, because, events }: Ending,
  action: AuditEventRecord["action"],
  target: TargetRef,
  organizationId: OrganizationId | null = null,
  details: Readonly<Record<string, unknown>> = {},
): void {
  const content = { at, organizationId, action, target, details: { reason: REASON, because, ...details } };
  events.push(eventOf(author, content));
}
