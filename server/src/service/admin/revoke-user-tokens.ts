import type { AuditEventId, OrganizationId, UserId } from "@mintmark/core";
import type { AuditEventRecord, Revocation, Transaction, UserRecord } from "../../store/store.ts";
import { type LockedUser, withUserLocked } from "../account/lock-user.ts";
import { actorRef, type SessionActor } from "../actor.ts";
import { authorOf, eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { countEnded, type EndedTokens, recordEnded, sweepTokens } from "../follow-up/end-tokens.ts";
import { type Receipt, receiptAt } from "../receipt.ts";
import { notFound, Refusal } from "../refusal.ts";
import { requireInstanceAdmin } from "./instance-admin.ts";

export interface RevokedTokens {
  readonly receipt: Receipt;
  readonly revokedTokens: number;
  /**
   * The events that record it: one for the whole and one for each token, in its organization's log. Of many tokens the
   * events follow; each names that of the whole in `because`.
   */
  readonly auditEventIds: readonly AuditEventId[];
}

/**
 * Revokes every token of one person, in all organizations or in those named, in one transaction: when this returns
 * they are dead everywhere. API keys belong to organizations and stay. The person may go on and mint others; to stop
 * that too, suspend them. An organization they are no member of is refused, and nothing happens.
 */
export function revokeUserTokens(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  input: { readonly id: UserId; readonly organizationIds: readonly OrganizationId[] | null },
): Promise<RevokedTokens> {
  const work = async (tx: Transaction, { user, entries }: LockedUser): Promise<RevokedTokens> => {
    await requireInstanceAdmin(deps, tx, actor);
    if (user === null || user.deletedAt !== null) throw notFound();
    const chosen = chosenEntries(user, entries, input.organizationIds);
    const revocation: Revocation = { at: deps.clock(), by: actorRef(actor), reason: "admin" };
    const memberships = chosen.map(({ membership }) => membership.id);
    const ended = await sweepTokens(tx, memberships, revocation);
    const events = await record(tx, actor, user, ended, revocation.at);
    return {
      receipt: receiptAt(revocation.at),
      revokedTokens: countEnded(ended),
      auditEventIds: events.map(({ id }) => id),
    };
  };
  return withUserLocked(deps.store, input.id, work, { lockInstance: true });
}

/** A live token hangs from a present membership, so the person's memberships are where all of them are. */
function chosenEntries(
  user: UserRecord,
  entries: LockedUser["entries"],
  organizationIds: readonly OrganizationId[] | null,
): LockedUser["entries"] {
  if (organizationIds === null) return entries;
  const stranger = organizationIds.find((id) => !entries.some(({ organization }) => organization.id === id));
  if (stranger === undefined) return entries.filter(({ organization }) => organizationIds.includes(organization.id));
  const message = `"${user.name}" is no member of every organization that was named.`;
  throw new Refusal("field_invalid", `${message} Nothing was revoked. Choose among their memberships.`, {
    errors: [{ field: "organizationIds", message }],
  });
}

/** The event of the whole first, then those of the tokens that have their tombstones. */
async function record(
  tx: Transaction,
  actor: SessionActor,
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
    // A person has one membership in an organization.
    details: { revokedTokens: countEnded(ended), organizations: ended.length },
  });
  await tx.insertAuditEvents([cause]);
  return [cause, ...(await recordEnded(tx, authorOf(actor), ended, cause.id))];
}
