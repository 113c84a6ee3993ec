// Offboarding: what the end or the suspension of a membership takes with it, told before and proved after.
// Rule: the proof is made of audit events alone, so it can be made again as long as the log is kept, and the
// answer to a removal is the same proof. Each event of an offboarding names in `because` the event of the
// membership. Deliberately absent: what happens to members; that is `member/`.
import { type AuditEventId, DAY_MS, type MembershipId, type OrganizationId, type UserId } from "@mintmark/core";
import { nextTurn } from "../../event-loop/turn.ts";
import type {
  ActorRef,
  AuditEventRecord,
  Cursor,
  InvitationRecord,
  MemberRecord,
  OrganizationRecord,
  Reads,
  RevokedRef,
  Transaction,
  ViaRef,
} from "../../store/store.ts";
import { type Actor, authorOf, eventBy } from "../actor.ts";
import { authorityIn, permissionDenied } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { withdrawnEvent } from "../grants.ts";
import { notFound, type Receipt } from "../refusal.ts";
import { countEnded, type EndedTokens, recordEnded } from "../token/end-many.ts";
import { revocationEvents } from "../token/revoke.ts";

export type OffboardingAction = "member.removed" | "member.left" | "member.suspended";

/** Something that an offboarding ended, and the event that records it. */
export interface Ended {
  readonly id: string;
  readonly name: string;
  /** `null` for what has none: an invitation. */
  readonly prefix: string | null;
  readonly eventId: AuditEventId;
}

/** The proof of an offboarding. */
export interface Offboarding {
  /** The audit event of the membership; the proof is found again by it. */
  readonly eventId: AuditEventId;
  readonly action: OffboardingAction;
  readonly at: number;
  readonly organizationId: OrganizationId;
  readonly member: {
    readonly membershipId: MembershipId;
    readonly userId: UserId;
    readonly name: string;
    readonly role: string;
  };
  readonly by: ActorRef;
  readonly via: ViaRef | null;
  /** How many tokens ended at that instant. */
  readonly tokenCount: number;
  /** Those that are on record, as far as a proof names them. */
  readonly tokens: readonly Ended[];
  /** Whether all that ended is on record. The events of many follow within seconds. */
  readonly isWhole: boolean;
  /** Tokens that rest until the member is reinstated. */
  readonly pausedTokens: number;
  readonly apiKeys: readonly Ended[];
  readonly apiKeysLeft: KeysLeft;
  readonly invitations: readonly Ended[];
  /** Invitations that nobody can accept until the member is reinstated. */
  readonly pausedInvitations: number;
  readonly movedSessions: number;
}

/** The receipt of a removal or a suspension; no proof when it repeats what was done before. */
export type OffboardingReceipt = Receipt & { readonly offboarding: Offboarding | null };

/** The API keys that go on working, counted, and those of them that the member created, who may hold their secrets. */
interface KeysLeft {
  readonly count: number;
  readonly countOfMember: number;
  readonly ofMember: readonly { readonly id: string; readonly name: string; readonly prefix: string }[];
}

/** What was ended in the transaction that is recorded. */
export interface WhatEnded {
  readonly tokens: readonly EndedTokens[];
  readonly pausedTokens: number;
  readonly apiKeys: readonly RevokedRef[];
  readonly invitations: readonly InvitationRecord[];
  readonly pausedInvitations: number;
  readonly movedSessions: number;
}

/** Keys, and tokens, that the proof names; beyond them it counts. */
const KEYS_NAMED = 200;
const TOKENS_NAMED = 1_000;

/** Writes the events of an offboarding and answers their proof, in the transaction that made it. */
export async function recordOffboarding(
  tx: Transaction,
  actor: Actor,
  done: {
    readonly action: OffboardingAction;
    readonly at: number;
    readonly organization: OrganizationRecord;
    readonly member: MemberRecord;
    readonly ended: WhatEnded;
  },
): Promise<Offboarding> {
  const { action, at, organization, member, ended } = done;
  const left = await tx.listLiveApiKeys(organization.id, member.userId, at, KEYS_NAMED);
  const event = eventBy(actor, {
    at,
    organizationId: organization.id,
    action,
    target: { kind: "membership", id: member.id, name: member.user.name },
    details: {
      role: member.role,
      user: member.userId,
      revokedTokens: countEnded(ended.tokens),
      ...(action === "member.suspended"
        ? { pausedTokens: ended.pausedTokens, pausedInvitations: ended.pausedInvitations }
        : {}),
      revokedApiKeys: ended.apiKeys.length,
      withdrawnInvitations: ended.invitations.length,
      movedSessions: ended.movedSessions,
      apiKeysLeft: left.count,
      apiKeysLeftOfMember: left.countOfCreator,
      apiKeysLeftNamed: left.items
        .filter(({ createdBy }) => createdBy.id === member.userId)
        .map(({ id, name, prefix }) => ({ id, name, prefix })),
    },
  });
  const author = authorOf(actor);
  const others = [
    ...revocationEvents(author, "api_key", ended.apiKeys, { at, reason: "admin" }, event.id),
    ...ended.invitations.map((invitation) => withdrawnEvent(actor, invitation, at, event.id)),
  ];
  await tx.insertAuditEvents([event, ...others]);
  return offboardingOf(event, [...(await recordEnded(tx, author, ended.tokens, event.id)), ...others]);
}

/** How many events tell what the offboarding ended. */
function causedCount({ details }: AuditEventRecord): number {
  const counts = [details["revokedTokens"], details["revokedApiKeys"], details["withdrawnInvitations"]];
  return counts.reduce<number>((sum, count) => sum + (typeof count === "number" ? count : 0), 0);
}

/** The proof that these events are. */
function offboardingOf(event: AuditEventRecord, caused: readonly AuditEventRecord[]): Offboarding {
  const { details, target } = event;
  const number = (name: string): number => (typeof details[name] === "number" ? details[name] : 0);
  const text = (name: string): string => (typeof details[name] === "string" ? details[name] : "");
  const ended = (action: string): readonly Ended[] =>
    caused.filter((candidate) => candidate.action === action).map(toEnded);
  return {
    eventId: event.id,
    action: event.action as OffboardingAction,
    at: event.at,
    organizationId: event.organizationId as OrganizationId,
    member: {
      membershipId: target?.id as MembershipId,
      userId: text("user") as UserId,
      name: target?.name ?? "",
      role: text("role"),
    },
    by: event.actor,
    via: event.via,
    tokenCount: number("revokedTokens"),
    tokens: ended("pat.revoked").slice(0, TOKENS_NAMED),
    isWhole: caused.length >= causedCount(event),
    pausedTokens: number("pausedTokens"),
    apiKeys: ended("api_key.revoked"),
    apiKeysLeft: {
      count: number("apiKeysLeft"),
      countOfMember: number("apiKeysLeftOfMember"),
      ofMember: (details["apiKeysLeftNamed"] ?? []) as KeysLeft["ofMember"],
    },
    invitations: ended("invitation.withdrawn"),
    pausedInvitations: number("pausedInvitations"),
    movedSessions: number("movedSessions"),
  };
}

function toEnded({ id: eventId, target, details }: AuditEventRecord): Ended {
  const { prefix } = details;
  return {
    id: target?.id ?? "",
    name: target?.name ?? "",
    prefix: typeof prefix === "string" ? prefix : null,
    eventId,
  };
}

const ACTIONS: ReadonlySet<string> = new Set<OffboardingAction>(["member.removed", "member.left", "member.suspended"]);

/**
 * The proof of an offboarding, made again from the audit log. For whoever reads the log, and for whoever may
 * remove members: the proof is the answer to what they did.
 */
export async function findOffboarding(
  deps: Deps,
  actor: Actor,
  { organizationId, eventId }: { readonly organizationId: OrganizationId; readonly eventId: AuditEventId },
): Promise<Offboarding> {
  const { reads } = deps.store;
  const { permissions } = await authorityIn(deps, reads, actor, organizationId);
  if (!permissions.includes("audit:read") && !permissions.includes("members:write")) {
    throw permissionDenied(["audit:read"]);
  }
  const event = await reads.findAuditEvent(organizationId, eventId);
  if (event === null || !ACTIONS.has(event.action)) throw notFound();
  return offboardingOf(event, await causedBy(reads, event));
}

/** How far the search for events goes on from the offboarding, step by step, as long as some are missing. */
const WINDOWS_MS: readonly number[] = [1, 60_000, 3_600_000, DAY_MS, Number.POSITIVE_INFINITY];
const ACTIONS_CAUSED = ["pat.revoked", "api_key.revoked", "invitation.withdrawn"] as const;

/**
 * The events of one transaction carry one instant, which the log is in the order of. Those of a follow-up come later,
 * most of them within a minute.
 */
async function causedBy(reads: Reads, event: AuditEventRecord): Promise<AuditEventRecord[]> {
  const { at } = event;
  const caused: AuditEventRecord[] = [];
  let from = at;
  for (const windowMs of WINDOWS_MS) {
    const to = Math.min(at + windowMs, Number.MAX_SAFE_INTEGER);
    caused.push(...(await causedBetween(reads, event, { from, to })));
    if (caused.length >= causedCount(event)) break;
    from = to;
  }
  return caused;
}

async function causedBetween(
  reads: Reads,
  { id, organizationId }: AuditEventRecord,
  span: { readonly from: number; readonly to: number },
): Promise<AuditEventRecord[]> {
  const filter = { organizationId: organizationId as OrganizationId, actions: ACTIONS_CAUSED, ...span };
  const caused: AuditEventRecord[] = [];
  let after: Cursor | null = null;
  do {
    const { items, next }: Awaited<ReturnType<Reads["listAuditEvents"]>> = await reads.listAuditEvents(filter, {
      limit: 200,
      after,
    });
    caused.push(...items.filter(({ details }) => details["because"] === id));
    after = next;
    if (after !== null) await nextTurn();
  } while (after !== null);
  return caused;
}
