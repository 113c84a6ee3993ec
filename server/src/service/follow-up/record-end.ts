import type { AuditEventId, OrganizationId, UserId } from "@mintmark/core";
import { nextTurn } from "../../event-loop/turn.ts";
import type { Cursor, Ended, EndedHolder, FollowUp, Revocation, Transaction } from "../../store/store.ts";
import type { EventOrigin } from "../audit-event.ts";
import { NAMED_TOKENS, toNotice } from "../notice/draft.ts";
import { isOwnDoing, revokedDraft } from "../notice/revoked-notice.ts";
import { revocationEvents } from "../token/revocation-events.ts";
import { ENDED_AT_ONCE, endRestOfOrganization } from "./end-tokens.ts";
import type { FollowUpDeps, StepDone } from "./run-follow-ups.ts";

/** Members that are looked at in one step for whom to tell. */
const MEMBERS_AT_ONCE = 20;

/** First whoever loses tokens is told, once each; then the tokens get their tombstones; then the rest ends. */
type Progress =
  | { readonly stage: "telling"; readonly after: UserId | null }
  | { readonly stage: "tokens"; readonly after: Cursor | null }
  | { readonly stage: "rest" };

const FIRST: Progress = { stage: "telling", after: null };

/** What is written with each token and key. */
interface Cause {
  readonly author: EventOrigin;
  readonly revocation: Revocation;
  readonly because: AuditEventId;
}

/**
 * One step of what follows an end. Tombstones bear the instant of the end; events that of their writing, since
 * whoever follows the log has already read what was before.
 */
export async function recordEnd(deps: FollowUpDeps, tx: Transaction, followUp: FollowUp, of: Ended): Promise<StepDone> {
  const progress = (followUp.progress as Progress | null) ?? FIRST;
  const cause = causeOf(followUp);
  switch (progress.stage) {
    case "telling":
      return tell(deps, tx, of, cause, progress.after);
    case "tokens":
      return { progress: await revoke(deps, tx, of, cause, progress.after), hasTold: false };
    case "rest":
      return { progress: await endRest(deps, tx, of.id as OrganizationId, cause), hasTold: false };
  }
}

function causeOf({ at, by, reason, details }: FollowUp): Cause {
  if (reason === null) throw new Error("a follow-up of an end has no reason");
  const { via, origin, because } = details as unknown as Omit<EventOrigin, "actor"> & { because: AuditEventId };
  return { author: { actor: by, via, origin }, revocation: { at, by, reason }, because };
}

async function tell(
  deps: FollowUpDeps,
  tx: Transaction,
  of: Ended,
  { revocation }: Cause,
  after: UserId | null,
): Promise<StepDone> {
  const { holders, next } = await tx.listEndedHolders(of, { limit: MEMBERS_AT_ONCE, after, named: NAMED_TOKENS });
  const told = holders.filter(({ userId }) => !isOwnDoing(revocation, userId));
  const organizationId = await organizationOf(tx, of, told);
  const notices = told.map(({ userId, count, named }) =>
    toNotice(deps, revokedDraft({ ...revocation, owner: userId, organizationId, tokens: named, count })),
  );
  await tx.insertNotices(notices);
  const progress: Progress = next === null ? { stage: "tokens", after: null } : { stage: "telling", after: next };
  return { progress, hasTold: notices.length > 0 };
}

/** All of it lies in one organization, but for the end of an account, of which nobody is told. */
async function organizationOf(
  tx: Transaction,
  of: Ended,
  told: readonly EndedHolder[],
): Promise<OrganizationId | null> {
  if (of.kind === "organization") return of.id;
  const token = told[0]?.named[0];
  return token === undefined ? null : ((await tx.findToken(token.id))?.organization.id ?? null);
}

async function revoke(
  { clock }: FollowUpDeps,
  tx: Transaction,
  of: Ended,
  { author, revocation, because }: Cause,
  after: Cursor | null,
): Promise<Progress | null> {
  const { revoked, next } = await tx.revokeEndedTokens(of, revocation, { limit: ENDED_AT_ONCE, after });
  // On SQLite a statement holds the event loop: verifications are answered between two of them, and before the commit.
  await nextTurn();
  const recorded = { at: clock(), reason: revocation.reason };
  await tx.insertAuditEvents(revocationEvents(author, "pat", revoked, recorded, because));
  await nextTurn();
  if (next !== null) return { stage: "tokens", after: next };
  return of.kind === "organization" ? { stage: "rest" } : null;
}

async function endRest(
  { clock }: FollowUpDeps,
  tx: Transaction,
  id: OrganizationId,
  { author, revocation, because }: Cause,
): Promise<Progress | null> {
  const { apiKeys, isWhole } = await endRestOfOrganization(tx, id, revocation);
  const recorded = { at: clock(), reason: revocation.reason };
  await tx.insertAuditEvents(revocationEvents(author, "api_key", apiKeys, recorded, because));
  return isWhole ? null : { stage: "rest" };
}
