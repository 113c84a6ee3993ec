// Creates notices from audit events. A notice tells a person what an event means for their tokens.
// Rule: notices are created here and nowhere else, from the events of a transaction and inside it. So every use case
// that writes `pat.revoked` notifies the token's owner without further code.
// Deliberately absent: news about the account (password, address, instance admin). The use case that changes it sends
// an email.
import type { OrganizationId, RevokedReason, TokenId, TokenPolicy, UserId } from "@mintmark/core";
import { newId } from "../../secrets/generate.ts";
import {
  type ActorRef,
  type AuditEventRecord,
  type NewNotice,
  type Store,
  type Transaction,
  withVerbs,
} from "../../store/store.ts";
import type { Deps } from "../use-case.ts";

export interface NoticeOptions extends NoticeRules {
  /** Runs after the commit of a transaction that wrote notices, where they can be emailed. */
  readonly onNotices: () => void;
  /** Runs after the commit of a transaction that wrote follow-ups. */
  readonly onFollowUps: () => void;
}

/**
 * Returns the same store, except that a transaction that records events also writes their notices before it commits.
 */
export function withNotices(store: Store, { onNotices, onFollowUps, ...rules }: NoticeOptions): Store {
  return {
    engine: store.engine,
    reads: store.reads,
    clock: store.clock,
    async transaction(work, durability) {
      let recorded: Recorded = { events: [], followUps: 0 };
      let written = false;
      const result = await store.transaction(async (tx) => {
        recorded = { events: [], followUps: 0 };
        const recording = record(tx, recorded);
        const done = await work(recording);
        const notices = await noticesOf(rules, recording, recorded.events);
        if (notices.length > 0) await tx.insertNotices(notices);
        written = notices.length > 0;
        return done;
      }, durability);
      if (written && rules.hasMail) onNotices();
      if (recorded.followUps > 0) onFollowUps();
      return result;
    },
    findForVerification: (kind, hash) => store.findForVerification(kind, hash),
    commitMark: () => store.commitMark(),
    migrate: () => store.migrate(),
    whyNotReady: () => store.whyNotReady(),
    get storage() {
      return store.storage;
    },
    close: () => store.close(),
  };
}

interface Recorded {
  readonly events: AuditEventRecord[];
  followUps: number;
}

function record(tx: Transaction, recorded: Recorded): Transaction {
  return withVerbs(tx, {
    async insertAuditEvents(more) {
      await tx.insertAuditEvents(more);
      recorded.events.push(...more);
    },
    async insertFollowUp(followUp) {
      await tx.insertFollowUp(followUp);
      recorded.followUps++;
    },
  });
}

/**
 * Returns the notices for the events of one transaction. Nobody is notified of a token that they ended themselves. An
 * owner who loses many tokens at once gets one notice. A policy change gets a follow-up, which notifies later.
 */
async function noticesOf(
  rules: NoticeRules,
  tx: Transaction,
  events: readonly AuditEventRecord[],
): Promise<readonly NewNotice[]> {
  const drafts: NoticeDraft[] = [];
  const ended: AuditEventRecord[] = [];
  for (const event of events) {
    if (event.action === "pat.created") drafts.push(minted(event));
    else if (event.action === "pat.used" && event.details["newNetwork"] !== undefined) drafts.push(newNetwork(event));
    else if (event.action === "policy.changed") await schedulePolicyNotices(tx, event);
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

/** A notice names this many tokens and states the number of the others. */
export const NAMED_TOKENS = 20;

export interface NoticeRules extends Pick<Deps, "catalogue" | "settings"> {
  /** Whether the instance can send email. */
  readonly hasMail: boolean;
}

/** The content of a notice that has no id yet. */
export type NoticeDraft = Omit<NewNotice, "id" | "mailDueAt">;

/** Builds the notice. With mail, its email is due at once. Whether the person wants it is checked when it is sent. */
export function toNotice({ hasMail }: Pick<NoticeRules, "hasMail">, draft: NoticeDraft): NewNotice {
  return { ...draft, id: newId("notice"), mailDueAt: hasMail ? draft.at : null };
}

/**
 * Returns whether the owner ended the token: directly, or through a client that signed itself out. A secret that was
 * reported as leaked is news to its owner.
 */
export function isOwnDoing(
  { by, reason }: { readonly by: ActorRef; readonly reason: unknown },
  owner: UserId,
): boolean {
  return by.id === owner || (by.kind === "system" && reason === "self");
}

/** Builds the notice for an owner about tokens that somebody else ended together. */
export function revokedDraft(end: {
  readonly owner: UserId;
  readonly at: number;
  readonly by: ActorRef;
  readonly reason: RevokedReason;
  /** `null` when the tokens were in several organizations. */
  readonly organizationId: OrganizationId | null;
  /** The first of the tokens, or all. */
  readonly tokens: readonly { readonly id: TokenId; readonly name: string }[];
  readonly count: number;
}): NoticeDraft {
  const { owner, at, by, reason, organizationId, tokens, count } = end;
  return {
    userId: owner,
    kind: "token.revoked",
    at,
    organizationId,
    token: count === 1 ? (tokens[0] ?? null) : null,
    details: { by, reason, tokens: tokens.slice(0, NAMED_TOKENS), tokenCount: count },
  };
}

export interface Change {
  readonly organizationId: OrganizationId;
  readonly before: TokenPolicy;
  readonly next: TokenPolicy;
}

/** The rules of a policy that can take something from an existing token or its owner. */
const RESTRICTING: readonly (keyof TokenPolicy)[] = [
  "maxLifetimeDays",
  "allowNoExpiry",
  "ceiling",
  "idleDays",
  "networks",
  "mintableBy",
];

/** Writes a follow-up for a change that can take something from a member. */
async function schedulePolicyNotices(tx: Transaction, event: AuditEventRecord): Promise<void> {
  const changed = event.details["before"] as Partial<TokenPolicy>;
  if (!RESTRICTING.some((rule) => Object.hasOwn(changed, rule))) return;
  const organization = await tx.findOrganization(event.organizationId as OrganizationId);
  if (organization === null) return;
  const next = organization.policy;
  const change: Change = { organizationId: organization.id, before: { ...next, ...changed }, next };
  await tx.insertFollowUp({
    subject: event.id,
    kind: "policy",
    at: event.at,
    by: event.actor,
    reason: null,
    details: { ...change },
    progress: null,
  });
}
