import type { RevokedReason, TokenId, UserId } from "@mintmark/core";
import type { AuditEventRecord, NewNotice, Transaction } from "../../store/store.ts";
import { type NoticeDraft, type NoticeRules, toNotice } from "./draft.ts";
import { tellPolicyLater } from "./policy-notices.ts";
import { isOwnDoing, revokedDraft } from "./revoked-notice.ts";

/**
 * The notices that the events of one transaction make. Who ended their own token is not told so, and who loses
 * many at once is told once. Whom a change of policy concerns is worked out after it, by a follow-up.
 */
export async function noticesOf(
  rules: NoticeRules,
  tx: Transaction,
  events: readonly AuditEventRecord[],
): Promise<readonly NewNotice[]> {
  const drafts: NoticeDraft[] = [];
  const ended: AuditEventRecord[] = [];
  for (const event of events) {
    if (event.action === "pat.created") drafts.push(minted(event));
    else if (event.action === "pat.used" && event.details["newNetwork"] !== undefined) drafts.push(newNetwork(event));
    else if (event.action === "policy.changed") await tellPolicyLater(tx, event);
    else if (event.action === "pat.revoked" || event.action === "pat.expired") ended.push(event);
  }
  if (ended.length > 0) drafts.push(...endings(ended, await tx.findTokenOwners(ended.map(tokenIdOf))));
  return drafts.map((draft) => toNotice(rules, draft));
}

function minted(event: AuditEventRecord): NoticeDraft {
  return {
    ...aboutToken(event, event.actor.id as UserId, "token.minted"),
    details: {
      expiresAt: event.details["expiresAt"] as number | null,
      ip: event.ip,
      userAgent: event.userAgent,
    },
  };
}

function newNetwork(event: AuditEventRecord): NoticeDraft {
  return {
    ...aboutToken(event, event.actor.id as UserId, "token.new_network"),
    details: { network: event.details["newNetwork"] as string, ip: event.ip, userAgent: event.userAgent },
  };
}

function endings(events: readonly AuditEventRecord[], owners: ReadonlyMap<TokenId, UserId>): NoticeDraft[] {
  const drafts: NoticeDraft[] = [];
  const sweeps = new Map<string, AuditEventRecord[]>();
  for (const event of events) {
    const owner = owners.get(tokenIdOf(event));
    if (owner === undefined) continue;
    if (event.action === "pat.expired") drafts.push({ ...aboutToken(event, owner, "token.expired"), details: {} });
    else if (!isOwnDoing({ by: event.actor, reason: event.details["reason"] }, owner))
      sweeps.set(owner, [...(sweeps.get(owner) ?? []), event]);
  }
  for (const [owner, sweep] of sweeps) drafts.push(revoked(owner as UserId, sweep));
  return drafts;
}

function revoked(owner: UserId, sweep: readonly AuditEventRecord[]): NoticeDraft {
  const first = sweep[0] as AuditEventRecord;
  const isInOne = sweep.every(({ organizationId }) => organizationId === first.organizationId);
  return revokedDraft({
    owner,
    at: first.at,
    by: first.actor,
    reason: first.details["reason"] as RevokedReason,
    organizationId: isInOne ? first.organizationId : null,
    tokens: sweep.map((event) => ({ id: tokenIdOf(event), name: event.target?.name ?? "" })),
    count: sweep.length,
  });
}

function aboutToken(event: AuditEventRecord, userId: UserId, kind: NewNotice["kind"]): Omit<NoticeDraft, "details"> {
  return {
    userId,
    kind,
    at: event.at,
    organizationId: event.organizationId,
    token: { id: tokenIdOf(event), name: event.target?.name ?? "" },
  };
}

function tokenIdOf({ target }: AuditEventRecord): TokenId {
  return target?.id as TokenId;
}
