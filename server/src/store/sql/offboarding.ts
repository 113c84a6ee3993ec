import type { AuditEventId, MembershipId, OrganizationId, UserId } from "@mintmark/core";
import { sql } from "kysely";
import type { AuditEventRecord } from "../audit-port.ts";
import type { ApiKeyRecord, TokenRecord } from "../credential-port.ts";
import type { InvitationRecord } from "../member-port.ts";
import type { Counted, OffboardingReads } from "../offboarding-port.ts";
import { selectApiKeys, toApiKey } from "./api-keys.ts";
import { toAuditEvent } from "./audit-events.ts";
import type { SqlContext } from "./context.ts";
import { LIVES_ON } from "./follow-ups.ts";
import { toInvitation } from "./invitations.ts";
import { selectTokens, toToken } from "./tokens.ts";

export function offboardingReads(context: SqlContext): OffboardingReads {
  return {
    listUnrevokedTokensOfMembership: (id, limit) => listUnrevokedTokensOfMembership(context, id, limit),
    listLiveApiKeys: (organizationId, creator, now, limit) =>
      listLiveApiKeys(context, organizationId, creator, now, limit),
    listInvitationsIssuedBy: (id) => listInvitationsIssuedBy(context, id),
    countSessionsIn: (userId, organizationId, now) => countSessionsIn(context, userId, organizationId, now),
    findAuditEvent: (organizationId, id) => findAuditEvent(context, organizationId, id),
  };
}

/** By personal_access_tokens_live_membership, sorted: one person's tokens are few. */
async function listUnrevokedTokensOfMembership(
  { db, json }: SqlContext,
  id: MembershipId,
  limit: number,
): Promise<Counted<TokenRecord>> {
  const rows = await selectTokens(db)
    .where("pat.membership_id", "=", id)
    .where("pat.revoked_at", "is", null)
    .where(LIVES_ON)
    .orderBy("pat.created_at", "desc")
    .orderBy("pat.id", "desc")
    .limit(limit)
    .execute();
  const { count } = await db
    .selectFrom("personal_access_tokens as pat")
    .select(sql<number>`count(*)`.as("count"))
    .where("pat.membership_id", "=", id)
    .where("pat.revoked_at", "is", null)
    .where(LIVES_ON)
    .executeTakeFirstOrThrow();
  return { items: rows.map((row) => toToken(row, json)), count };
}

/** By api_keys_live, sorted: an organization has far fewer keys than tokens. */
async function listLiveApiKeys(
  { db, json }: SqlContext,
  organizationId: OrganizationId,
  creator: UserId,
  now: number,
  limit: number,
): Promise<Counted<ApiKeyRecord> & { readonly countOfCreator: number }> {
  const isCreators = sql<number>`case when key.created_by = ${creator} then 1 else 0 end`;
  const isUnexpired = sql<boolean>`(key.expires_at is null or key.expires_at > ${now})`;
  const rows = await selectApiKeys(db)
    .where("key.organization_id", "=", organizationId)
    .where("key.revoked_at", "is", null)
    .where(isUnexpired)
    .orderBy(isCreators, "desc")
    .orderBy("key.created_at", "desc")
    .orderBy("key.id", "desc")
    .limit(limit)
    .execute();
  const counts = await db
    .selectFrom("api_keys as key")
    .select([sql<number>`count(*)`.as("count"), sql<number | null>`sum(${isCreators})`.as("of_creator")])
    .where("key.organization_id", "=", organizationId)
    .where("key.revoked_at", "is", null)
    .where(isUnexpired)
    .executeTakeFirstOrThrow();
  return {
    items: rows.map((row) => toApiKey(row, json)),
    count: counts.count,
    countOfCreator: counts.of_creator ?? 0,
  };
}

/** By invitations_issued. */
async function listInvitationsIssuedBy({ db }: SqlContext, id: MembershipId): Promise<readonly InvitationRecord[]> {
  const rows = await db
    .selectFrom("invitations")
    .selectAll()
    .where("invited_by_membership_id", "=", id)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .execute();
  return rows.map(toInvitation);
}

/** By sessions_user. */
async function countSessionsIn(
  { db }: SqlContext,
  userId: UserId,
  organizationId: OrganizationId,
  now: number,
): Promise<number> {
  const { count } = await db
    .selectFrom("sessions")
    .select(sql<number>`count(*)`.as("count"))
    .where("user_id", "=", userId)
    .where("organization_id", "=", organizationId)
    .where("ended_at", "is", null)
    .where("expires_at", ">", now)
    .executeTakeFirstOrThrow();
  return count;
}

/** By primary key. */
async function findAuditEvent(
  { db }: SqlContext,
  organizationId: OrganizationId,
  id: AuditEventId,
): Promise<AuditEventRecord | null> {
  const row = await db
    .selectFrom("audit_events")
    .selectAll()
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
  return row === undefined ? null : toAuditEvent(row);
}
