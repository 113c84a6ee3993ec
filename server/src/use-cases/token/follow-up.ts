// Completes the follow-ups of ends and policy changes.
// Rule: each step is one small transaction that commits its writes and its progress together. So after a crash any
// process can continue, and nothing is written twice or left out. Any number of replicas may run this: each takes a
// different follow-up. A round starts after the commit that wrote a follow-up, and once a minute for abandoned ones.
import type { AuditEventId, OrganizationId, UserId } from "@mintmark/core";
import { inSteps, nextTurn } from "../../bounded.ts";
import {
  type ActorRef,
  type Cursor,
  type Ended,
  type EndedHolder,
  endedOf,
  type FollowUp,
  type Revocation,
  type Store,
  type Transaction,
} from "../../store/store.ts";
import type { Deps, EventOrigin } from "../use-case.ts";
import {
  insertNotices,
  isOwnDoing,
  NAMED_TOKENS,
  type NoticeRules,
  revokedDraft,
  settleNotices,
} from "../notice/from-events.ts";
import { createPolicyNotices } from "../notice/policy.ts";
import { ENDED_AT_ONCE, endRestOfOrganization, revocationEvents } from "./revoke.ts";

export interface FollowUps {
  /** Starts a round, or another one after the current round. */
  begin(): void;
  /** Runs one step. Returns `false` when there was nothing to do. */
  step(): Promise<boolean>;
  /** Resolves when no round is running. */
  settled(): Promise<void>;
  /** Waits for the current step and starts no other. */
  stop(): Promise<void>;
}

export interface FollowUpDeps extends NoticeRules, Pick<Deps, "clock"> {
  /** A store that creates no notices from events. Here all events of a follow-up create them together. */
  readonly store: Store;
  /** Runs after the commit of a step that queued emails. */
  readonly onEmails: () => void;
}

/** The progress of a follow-up, `null` when it is done, and whether the step notified somebody. */
interface StepDone {
  readonly progress: FollowUp["progress"];
  readonly hasNotified: boolean;
}

export function createFollowUps(
  deps: FollowUpDeps,
  { onError, byHand = false }: { readonly onError: (error: unknown) => void; readonly byHand?: boolean },
): FollowUps {
  let round: Promise<void> = Promise.resolve();
  let [isWaiting, isStopped] = [false, byHand];
  const runRound = async (): Promise<void> => {
    isWaiting = false;
    // A follow-up that fails does not stop the others. The next round tries it again.
    const failed: string[] = [];
    await inSteps(async () => {
      if (isStopped) return false;
      const { subject, error } = await takeStep(deps, failed);
      if (error === undefined) return subject !== null;
      if (subject === null) throw error;
      failed.push(subject);
      onError(error);
      return true;
    });
  };
  return {
    begin() {
      if (isWaiting || isStopped) return;
      isWaiting = true;
      round = round.then(runRound).catch(onError);
    },
    async step() {
      const { subject, error } = await takeStep(deps, []);
      if (error !== undefined) throw error;
      return subject !== null;
    },
    settled: () => round,
    async stop() {
      isStopped = true;
      await round;
    },
  };
}

/** Runs one step. Returns its subject, `null` when there was nothing to do, and the error if it failed. */
async function takeStep(
  deps: FollowUpDeps,
  except: readonly string[],
): Promise<{ readonly subject: string | null; readonly error?: Error }> {
  let subject: string | null = null;
  try {
    const done = await deps.store.transaction(async (tx) => {
      const followUp = await tx.claimFollowUp(except);
      subject = followUp?.subject ?? null;
      return followUp === null ? null : continueFollowUp(deps, tx, followUp);
    });
    if (done?.hasNotified === true && deps.hasMail) deps.onEmails();
    return { subject };
  } catch (error) {
    return { subject, error: error as Error };
  }
}

async function continueFollowUp(deps: FollowUpDeps, tx: Transaction, followUp: FollowUp): Promise<StepDone> {
  const of = endedOf(followUp);
  const done =
    followUp.kind === "addresses"
      ? await forgetAddresses(deps, tx, followUp)
      : of === null
        ? await createPolicyNotices(deps, tx, followUp)
        : await recordEnd(deps, tx, followUp, of);
  if (done.progress === null) await tx.finishFollowUp(followUp.subject);
  else await tx.saveFollowUp(followUp.subject, done.progress);
  return done;
}

/** How many events one step reads for the addresses of a deleted account. */
const EVENTS_AT_ONCE = 100;

/** The follow-up of an account's deletion that takes its addresses out of the audit log and of ended invitations. */
export function addressesToForget(
  { id, email }: { readonly id: UserId; readonly email: string },
  by: ActorRef,
  at: number,
): FollowUp {
  // The row keeps the address until its work is done: the event that named it may be older than the log.
  return { subject: `${id}/addresses`, kind: "addresses", at, by, reason: null, details: { email }, progress: null };
}

/**
 * Runs one step. An invitation that is still open keeps the address: it is its organization's, and can still be accepted
 * with a new account.
 */
async function forgetAddresses(
  { clock }: FollowUpDeps,
  tx: Transaction,
  { subject, details, progress }: FollowUp,
): Promise<StepDone> {
  const userId = subject.slice(0, subject.indexOf("/")) as UserId;
  const { after } = (progress as { readonly after: Cursor } | null) ?? { after: null };
  const { addresses, next } = await tx.redactAddresses(userId, { limit: EVENTS_AT_ONCE, after });
  const present = typeof details["email"] === "string" && after === null ? [details["email"]] : [];
  await tx.redactTargetNames(await tx.forgetInvitedAddresses([...present, ...addresses], clock()));
  return { progress: next === null ? null : { after: next }, hasNotified: false };
}

/** How many members one step examines for notices. */
const MEMBERS_AT_ONCE = 20;

/** The stages: notify each owner once, write the tombstones of the tokens, then end the rest of an organization. */
type Progress =
  | { readonly stage: "notify"; readonly after: UserId | null }
  | { readonly stage: "tokens"; readonly after: Cursor | null }
  | { readonly stage: "rest" };

const FIRST: Progress = { stage: "notify", after: null };

/** The content that every event of the follow-up shares. */
interface Cause {
  readonly author: EventOrigin;
  readonly revocation: Revocation;
  readonly because: AuditEventId;
}

/**
 * Runs one step of what follows an end. A tombstone carries the instant of the end. An event carries the instant of its
 * writing, since a reader of the log has already read past the instant of the end.
 */
async function recordEnd(deps: FollowUpDeps, tx: Transaction, followUp: FollowUp, of: Ended): Promise<StepDone> {
  const progress = (followUp.progress as Progress | null) ?? FIRST;
  const cause = causeOf(followUp);
  switch (progress.stage) {
    case "notify":
      return notifyHolders(deps, tx, of, cause, progress.after);
    case "tokens":
      return { progress: await revokeTokens(deps, tx, of, cause, progress.after), hasNotified: false };
    case "rest":
      return { progress: await endRest(deps, tx, of.id as OrganizationId, cause), hasNotified: false };
  }
}

function causeOf({ at, by, reason, details }: FollowUp): Cause {
  if (reason === null) throw new Error("a follow-up of an end has no reason");
  const { via, origin, because } = details as unknown as Omit<EventOrigin, "actor"> & { because: AuditEventId };
  return { author: { actor: by, via, origin }, revocation: { at, by, reason }, because };
}

async function notifyHolders(
  deps: FollowUpDeps,
  tx: Transaction,
  of: Ended,
  { revocation }: Cause,
  after: UserId | null,
): Promise<StepDone> {
  const { holders, next } = await tx.listEndedHolders(of, { limit: MEMBERS_AT_ONCE, after, named: NAMED_TOKENS });
  const notified = holders.filter(({ userId }) => !isOwnDoing(revocation, userId));
  const organizationId = await organizationOf(tx, of, notified);
  const drafts = notified.map(({ userId, count, named }) =>
    revokedDraft({ ...revocation, owner: userId, organizationId, tokens: named, count }),
  );
  const hasNotified = await insertNotices(tx, deps, drafts);
  const progress: Progress = next === null ? { stage: "tokens", after: null } : { stage: "notify", after: next };
  return { progress, hasNotified };
}

/** Returns the one organization of the tokens. The end of an account has none, but it notifies nobody. */
async function organizationOf(
  tx: Transaction,
  of: Ended,
  notified: readonly EndedHolder[],
): Promise<OrganizationId | null> {
  if (of.kind === "organization") return of.id;
  const token = notified[0]?.named[0];
  return token === undefined ? null : ((await tx.findToken(token.id))?.organization.id ?? null);
}

async function revokeTokens(
  { clock }: FollowUpDeps,
  tx: Transaction,
  of: Ended,
  { author, revocation, because }: Cause,
  after: Cursor | null,
): Promise<Progress | null> {
  const { revoked, next } = await tx.revokeEndedTokens(of, revocation, { limit: ENDED_AT_ONCE, after });
  // An SQLite statement blocks the event loop, so answer verifications between two of them, and before the commit.
  await nextTurn();
  const recorded = { at: clock(), reason: revocation.reason };
  await tx.insertAuditEvents(revocationEvents(author, "pat", revoked, recorded, because));
  await settleNotices(
    tx,
    revoked.map(({ id }) => id),
    recorded.at,
    null,
  );
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
  const ids = apiKeys.map(({ id }) => id);
  await tx.withdrawWarnings(ids, recorded.at, { alsoEnded: true });
  return isWhole ? null : { stage: "rest" };
}
