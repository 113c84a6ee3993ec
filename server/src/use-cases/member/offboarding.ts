// The proof of an offboarding: what the end or the suspension of a membership ended.
// Rule: the proof is computed from audit events only, so it can be computed again as long as the log is kept. The
// receipt of a removal contains the same proof. Each event of an offboarding names the event of the membership in
// `because`.
// Deliberately absent: the change itself (remove.ts) and its preview (preview-offboarding.ts).
import { type AuditEventId, DAY_MS, type MembershipId, type OrganizationId, type UserId } from "@mintmark/core";
import { nextTurn } from "../../bounded.ts";
import type {
  ActorRef,
  AuditEventRecord,
  Counted,
  Cursor,
  InvitationRecord,
  MemberRecord,
  OrganizationRecord,
  Reads,
  RevokedRef,
  TokenRecord,
  Transaction,
  ViaRef,
} from "../../store/store.ts";
import { type Actor, authorOf, type Deps, eventBy, type ManagementActor, notFound, type Receipt } from "../use-case.ts";
import { authorityIn, permissionDenied } from "../authority.ts";
import { withdrawnEvent } from "../grants.ts";
import { countEnded, type EndedTokens, recordEnded, revocationEvents } from "../token/revoke.ts";

type OffboardingAction = "member.removed" | "member.left" | "member.suspended";

/** An item that an offboarding ended, and the event that records it. */
export interface Ended {
  readonly id: string;
  readonly name: string;
  /** `null` for an invitation, which has no prefix. */
  readonly prefix: string | null;
  readonly eventId: AuditEventId;
}

/** The proof of an offboarding. */
export interface Offboarding {
  /** The audit event of the membership. It identifies the proof. */
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
  /** The tokens whose events are written, up to a bound. */
  readonly tokens: readonly Ended[];
  /** Whether all events are written. If there are many, they follow within seconds. */
  readonly isWhole: boolean;
  /** How many tokens are paused until the member is reinstated. */
  readonly pausedTokens: number;
  readonly apiKeys: readonly Ended[];
  readonly apiKeysLeft: KeysLeft;
  readonly invitations: readonly Ended[];
  /** How many invitations cannot be accepted until the member is reinstated. */
  readonly pausedInvitations: number;
  readonly movedSessions: number;
}

/** The receipt of a removal or a suspension. A repeated one has no proof. */
export type OffboardingReceipt = Receipt & { readonly offboarding: Offboarding | null };

/** The number of API keys that keep working, and those that the member created and whose secrets they may hold. */
interface KeysLeft {
  readonly count: number;
  readonly countOfMember: number;
  readonly ofMember: readonly { readonly id: string; readonly name: string; readonly prefix: string }[];
}

/** Everything that the recorded transaction ended. */
interface WhatEnded {
  readonly tokens: readonly EndedTokens[];
  readonly pausedTokens: number;
  readonly apiKeys: readonly RevokedRef[];
  readonly invitations: readonly InvitationRecord[];
  readonly pausedInvitations: number;
  readonly movedSessions: number;
}

/** How many keys and tokens the proof names. It only counts the others. */
const KEYS_NAMED = 200;
const TOKENS_NAMED = 1_000;

/**
 * Returns the tokens that an offboarding revokes or pauses: those that are not revoked, and of these only unexpired
 * ones when they are paused. The preview and the change both count with this.
 */
export function affectedTokens(
  reads: Reads,
  id: MembershipId,
  { paused, at, limit }: { readonly paused: boolean; readonly at: number; readonly limit: number },
): Promise<Counted<TokenRecord>> {
  return reads.listUnrevokedTokensOfMembership(id, { limit, unexpiredAt: paused ? at : null });
}

/** An offboarding that a transaction has made. */
export interface Recorded {
  readonly action: OffboardingAction;
  readonly at: number;
  readonly organization: OrganizationRecord;
  readonly member: MemberRecord;
  readonly ended: WhatEnded;
  /** Whether the host took the last active owner. Nobody else may. */
  readonly withoutOwner?: boolean;
}

/** Writes the events of an offboarding and returns their proof, in the transaction of the change. */
export async function recordOffboarding(
  tx: Transaction,
  actor: Actor | ManagementActor,
  { action, at, organization, member, ended, withoutOwner }: Recorded,
): Promise<Offboarding> {
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
      ...(withoutOwner === true ? { withoutOwner } : {}),
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

/**
 * Computes the proof of an offboarding again from the audit log. The caller must be allowed to read the log or to
 * remove members.
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

/** Returns how many events of ended items the offboarding has. */
function causedCount({ details }: AuditEventRecord): number {
  const counts = [details["revokedTokens"], details["revokedApiKeys"], details["withdrawnInvitations"]];
  return counts.reduce<number>((sum, count) => sum + (typeof count === "number" ? count : 0), 0);
}

/** Builds the proof from these events. */
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
 * The windows of the search for events, from the offboarding on. A wider one is searched only while some are missing.
 */
const WINDOWS_MS: readonly number[] = [1, 60_000, 3_600_000, DAY_MS, Number.POSITIVE_INFINITY];
const ACTIONS_CAUSED = ["pat.revoked", "api_key.revoked", "invitation.withdrawn"] as const;

/**
 * Returns the events that the offboarding caused. Those of its transaction carry the same instant, by which the log is
 * ordered. Those of a follow-up come later, most of them within a minute.
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
