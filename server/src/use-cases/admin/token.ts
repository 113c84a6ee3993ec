// Tokens of all organizations as an instance admin sees them, and their revocation.
// Rule: an instance admin sees metadata and never a secret. Every revocation is also in the log of the token's
// organization.
import { type AuditEventId, type OrganizationId, staleBounds, type TokenId, type UserId } from "@mintmark/core";
import type {
  AuditEventRecord,
  Page,
  PageRequest,
  Revocation,
  TokenRecord,
  Transaction,
  UserRecord,
} from "../../store/store.ts";
import {
  actorRef,
  type AnyActor,
  authorOf,
  type Deps,
  eventBy,
  notFound,
  Refusal,
  type RevocationReceipt,
  revocationReceiptAt,
  type SessionActor,
} from "../use-case.ts";
import { type LockedUser, requireInstanceAdmin, withUserLocked } from "../authority.ts";
import { countEnded, type EndedTokens, endToken, recordEnded, sweepTokens } from "../token/revoke.ts";

export interface InstanceTokenFilter {
  readonly organizationId: OrganizationId | null;
  readonly userId: UserId | null;
  /** `live`: neither revoked nor expired nor suspended. The organization's policy may still refuse it. */
  readonly state: "live" | "expired" | "revoked" | "suspended" | null;
  readonly stale: boolean;
  readonly neverUsed: boolean;
  /** A part of the token's name or prefix, or of its owner's name or address, ignoring case. */
  readonly query: string | null;
}

/**
 * Returns personal access tokens of all organizations, newest first, including ended ones. A page examines a bounded
 * number of tokens, so it may return few of them although there are more.
 */
export function listInstanceTokens(
  deps: Pick<Deps, "store" | "clock">,
  filter: InstanceTokenFilter,
  page: PageRequest,
): Promise<Page<TokenRecord>> {
  const now = deps.clock();
  const { organizationId, userId, state, stale, neverUsed, query } = filter;
  return deps.store.reads.searchTokens(
    organizationId,
    {
      filter: {
        // Each organization has a policy, and this search applies none: a token that a policy blocks counts as live.
        state: state === "live" ? "active" : state,
        userId,
        stale: stale ? staleBounds(now) : null,
        neverUsed,
        ends: null,
        query,
      },
      order: { by: "created", direction: "descending" },
      blocks: { mintedBefore: null, withoutExpiry: false, unusedSince: null, all: false },
      now,
    },
    page,
  );
}

export interface RevokedTokens {
  readonly receipt: RevocationReceipt;
  readonly revokedTokens: number;
  /**
   * The events of the revocation: one for the whole, and one for each token in its organization's log. If there are
   * many tokens, their events follow; each names the event of the whole in `because`.
   */
  readonly auditEventIds: readonly AuditEventId[];
}

/**
 * Revokes every token of one person, in all organizations or in the named ones, in one transaction. When this returns,
 * every verification refuses them. API keys belong to organizations and keep working. The person may mint new tokens;
 * to prevent that, suspend them. Refuses the whole request if the person is not a member of a named organization.
 */
export function revokeUserTokens(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  input: { readonly id: UserId; readonly organizationIds: readonly OrganizationId[] | null },
): Promise<RevokedTokens> {
  const work = async (tx: Transaction, { user, entries }: LockedUser): Promise<RevokedTokens> => {
    await requireInstanceAdmin(deps, tx, actor);
    if (user === null || user.deletedAt !== null) throw notFound();
    return endTokensOf(deps, tx, actor, user, chosenEntries(user, entries, input.organizationIds));
  };
  return withUserLocked(deps.store, input.id, work, { lockInstance: true });
}

/** Revokes the person's tokens in these organizations. The caller holds the locks of `withUserLocked`. */
export async function endTokensOf(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: AnyActor,
  user: UserRecord,
  entries: LockedUser["entries"],
): Promise<RevokedTokens> {
  const revocation: Revocation = { at: deps.clock(), by: actorRef(actor), reason: "admin" };
  const memberships = entries.map(({ membership }) => membership.id);
  const ended = await sweepTokens(tx, memberships, revocation);
  const events = await record(tx, actor, user, ended, revocation.at);
  return {
    receipt: await revocationReceiptAt(tx, revocation.at),
    revokedTokens: countEnded(ended),
    auditEventIds: events.map(({ id }) => id),
  };
}

/** Returns the memberships whose tokens are revoked. Every active token belongs to a present membership. */
function chosenEntries(
  user: UserRecord,
  entries: LockedUser["entries"],
  organizationIds: readonly OrganizationId[] | null,
): LockedUser["entries"] {
  if (organizationIds === null) return entries;
  const stranger = organizationIds.find((id) => !entries.some(({ organization }) => organization.id === id));
  if (stranger === undefined) return entries.filter(({ organization }) => organizationIds.includes(organization.id));
  const message = `"${user.name}" is not a member of every named organization.`;
  throw new Refusal("field_invalid", `${message} Nothing was revoked. Choose among their memberships.`, {
    errors: [{ field: "organizationIds", message }],
  });
}

/** Returns the event of the whole first, then those of the tokens that have their tombstones. */
async function record(
  tx: Transaction,
  actor: AnyActor,
  user: UserRecord,
  ended: readonly EndedTokens[],
  at: number,
): Promise<readonly AuditEventRecord[]> {
  if (ended.length === 0) return [];
  const cause = eventBy(actor, {
    at,
    organizationId: null,
    action: "user.tokens_revoked",
    target: { kind: "user", id: user.id, name: user.name },
    // A person has one membership in an organization, so each entry is one organization.
    details: { revokedTokens: countEnded(ended), organizations: ended.length },
  });
  await tx.insertAuditEvents([cause]);
  return [cause, ...(await recordEnded(tx, authorOf(actor), ended, cause.id))];
}

/**
 * Revokes any token of the instance. When this returns, every verification refuses it. Its organization's log says who
 * revoked it, and its owner sees it. Repeating it returns the first receipt.
 */
export function revokeInstanceToken(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  id: TokenId,
): Promise<RevocationReceipt> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    await requireInstanceAdmin(deps, tx, actor);
    if ((await tx.findToken(id)) === null) throw notFound();
    return endToken(deps, tx, actor, id, "admin");
  });
}

/**
 * Revokes these tokens in one transaction, all or none. When this returns, every verification refuses them. If one of
 * them is unknown, none is revoked. Tokens that were revoked before keep their tombstone and are not counted.
 */
export function revokeInstanceTokens(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  ids: readonly TokenId[],
): Promise<RevokedTokens> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    await requireInstanceAdmin(deps, tx, actor);
    const at = deps.clock();
    const events: AuditEventRecord[] = [];
    // Lock in the order of the ids, as everywhere, so that two revocations cannot deadlock.
    for (const id of [...new Set(ids)].sort()) events.push(...(await endOne(tx, actor, id, at)));
    await tx.insertAuditEvents(events);
    return {
      receipt: await revocationReceiptAt(tx, at),
      revokedTokens: events.length,
      auditEventIds: events.map(({ id }) => id),
    };
  });
}

async function endOne(tx: Transaction, actor: SessionActor, id: TokenId, at: number): Promise<AuditEventRecord[]> {
  const token = await tx.lockToken(id);
  if (token === null) throw notFound();
  if (token.revokedAt !== null) return [];
  const reason = "admin";
  await tx.revokeToken(id, { at, by: actorRef(actor), reason });
  return [
    eventBy(actor, {
      at,
      organizationId: token.organization.id,
      action: "pat.revoked",
      target: { kind: "pat", id, name: token.name },
      details: { reason, owner: token.user.id },
    }),
  ];
}
