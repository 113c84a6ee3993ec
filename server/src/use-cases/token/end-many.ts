// Ends many tokens at once.
// Rule: the same transaction ends their membership, user or organization, so none of the tokens works once it commits.
// That transaction also writes the tombstones and events of up to 100 tokens. For more, it writes a follow-up, which
// follow-up.ts completes. Until then every view of a token already shows the content of its tombstone.
import type { AuditEventId, MembershipId, OrganizationId } from "@mintmark/core";
import {
  type AuditEventRecord,
  type Ended,
  type EndedToken,
  type Revocation,
  subjectOf,
  type Transaction,
} from "../../store/store.ts";
import type { EventOrigin } from "../actor.ts";
import { revocationEvents } from "./revoke.ts";

/** How many tokens one transaction ends. Few, since SQLite allows no other writes meanwhile. */
export const ENDED_AT_ONCE = 100;

/** Tokens are counted up to this number. */
const COUNTED = 1_000_000;

/** The result of ending tokens. */
export interface EndedTokens {
  readonly of: Ended;
  readonly revocation: Revocation;
  readonly count: number;
  /** The tokens that have their tombstones: all if they are few, none if they are many. */
  readonly revoked: readonly EndedToken[];
  /** Whether no follow-up has to write anything. */
  readonly isWhole: boolean;
}

/**
 * Ends the tokens of a membership, user or organization that has just ended. Call `recordEnded` in the same
 * transaction.
 */
export async function endTokens(tx: Transaction, of: Ended, revocation: Revocation): Promise<EndedTokens> {
  const few = await tx.countUnrevokedTokens(of, ENDED_AT_ONCE + 1);
  return few > ENDED_AT_ONCE ? endLater(tx, of, revocation) : endNow(tx, of, revocation);
}

/**
 * Ends all tokens of these memberships, which continue and may get new tokens. Lock the memberships or their
 * organizations before. The result leaves out memberships without tokens.
 */
export async function sweepTokens(
  tx: Transaction,
  ids: readonly MembershipId[],
  revocation: Revocation,
): Promise<readonly EndedTokens[]> {
  const swept: EndedTokens[] = [];
  let room = ENDED_AT_ONCE;
  for (const id of ids) {
    const { generation, count } = await tx.countGeneration(id, room + 1);
    if (count === 0) continue;
    const of = { kind: "generation", id, generation } as const;
    if (count <= room) {
      swept.push(await endNow(tx, of, revocation));
      room -= count;
    } else {
      swept.push(await endLater(tx, of, revocation));
      await tx.raiseTokenGeneration(id);
    }
  }
  return swept;
}

/** Returns how many tokens ended in all. */
export function countEnded(ended: readonly EndedTokens[]): number {
  return ended.reduce((sum, { count }) => sum + count, 0);
}

/** Writes the events of the tokens that have their tombstones, and a follow-up for the others. */
export async function recordEnded(
  tx: Transaction,
  author: EventOrigin,
  ended: readonly EndedTokens[],
  because: AuditEventId,
): Promise<readonly AuditEventRecord[]> {
  const events = ended.flatMap(({ revoked, revocation }) =>
    revocationEvents(author, "pat", revoked, revocation, because),
  );
  await tx.insertAuditEvents(events);
  const { via, origin } = author;
  for (const { of, revocation, isWhole } of ended) {
    if (isWhole) continue;
    await tx.insertFollowUp({
      ...revocation,
      subject: subjectOf(of),
      kind: of.kind,
      details: { via, origin, because },
      progress: null,
    });
  }
  return events;
}

/** Ends the API keys, memberships, invitations and sessions of a deleted organization, a bounded number at a time. */
export async function endRestOfOrganization(
  tx: Transaction,
  id: OrganizationId,
  revocation: Revocation,
): Promise<{
  readonly apiKeys: Awaited<ReturnType<Transaction["revokeApiKeysOfOrganization"]>>;
  readonly isWhole: boolean;
}> {
  const apiKeys = await tx.revokeApiKeysOfOrganization(id, revocation, ENDED_AT_ONCE);
  const others = [
    await tx.endMembershipsOfOrganization(id, revocation.at, revocation.by.id, ENDED_AT_ONCE),
    await tx.withdrawInvitationsOfOrganization(id, revocation.at, ENDED_AT_ONCE),
    await tx.moveSessionsOfOrganization(id, ENDED_AT_ONCE),
  ];
  return { apiKeys, isWhole: [apiKeys.length, ...others].every((count) => count < ENDED_AT_ONCE) };
}

async function endNow(tx: Transaction, of: Ended, revocation: Revocation): Promise<EndedTokens> {
  const { revoked } = await tx.revokeEndedTokens(of, revocation, { limit: ENDED_AT_ONCE, after: null });
  return { of, revocation, count: revoked.length, revoked, isWhole: true };
}

async function endLater(tx: Transaction, of: Ended, revocation: Revocation): Promise<EndedTokens> {
  return { of, revocation, count: await tx.countUnrevokedTokens(of, COUNTED), revoked: [], isWhole: false };
}
