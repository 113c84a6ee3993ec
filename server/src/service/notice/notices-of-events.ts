import type { RevokedReason, TokenId, UserId } from "@mintmark/core";
import type { AuditEventRecord, NewNotice, NoticeDetails, Transaction } from "../../store/store.ts";
import { NAMED_TOKENS, type NoticeDraft, type NoticeRules, toNotice } from "./draft.ts";
import { policyNotices } from "./policy-notices.ts";

/**
 * The notices that the events of one transaction make. Who ended their own token is not told so, and who loses
 * many at once is told once.
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
    else if (event.action === "policy.changed") drafts.push(...(await policyNotices(rules, tx, event)));
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
    else if (!isOwnDoing(event, owner)) sweeps.set(owner, [...(sweeps.get(owner) ?? []), event]);
  }
  for (const [owner, sweep] of sweeps) drafts.push(revoked(owner as UserId, sweep));
  return drafts;
}

/** The holder did it, or a client of theirs that signed itself out. A secret that was reported is news to them. */
function isOwnDoing({ actor, details }: AuditEventRecord, owner: UserId): boolean {
  return actor.id === owner || (actor.kind === "system" && details["reason"] === "self");
}

function revoked(owner: UserId, sweep: readonly AuditEventRecord[]): NoticeDraft {
  const first = sweep[0] as AuditEventRecord;
  const isInOne = sweep.every(({ organizationId }) => organizationId === first.organizationId);
  const about = aboutToken(first, owner, "token.revoked");
  const details: NoticeDetails = {
    by: first.actor,
    reason: first.details["reason"] as RevokedReason,
    tokens: sweep.slice(0, NAMED_TOKENS).map((event) => ({ id: tokenIdOf(event), name: event.target?.name ?? "" })),
    tokenCount: sweep.length,
  };
  return {
    ...about,
    organizationId: isInOne ? about.organizationId : null,
    token: sweep.length === 1 ? about.token : null,
    details,
  };
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
