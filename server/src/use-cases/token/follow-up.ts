// Completes the follow-ups. Each step is one small transaction that commits its writes and its progress together. So
// after a crash any process can continue, writes nothing twice and leaves nothing out. Any number of replicas may run
// this; each takes another follow-up. A round begins after the commit that wrote a follow-up, and once a minute for
// abandoned ones.
import type { AuditEventId, OrganizationId, UserId } from "@mintmark/core";
import { inSteps, nextTurn } from "../../event-loop/turn.ts";
import {
  type Cursor,
  type Ended,
  type EndedHolder,
  endedOf,
  type FollowUp,
  type Revocation,
  type Store,
  type Transaction,
} from "../../store/store.ts";
import type { EventOrigin } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { isOwnDoing, NAMED_TOKENS, type NoticeRules, revokedDraft, toNotice } from "../notice/draft.ts";
import { tellPolicyChange } from "../notice/policy.ts";
import { ENDED_AT_ONCE, endRestOfOrganization } from "./end-many.ts";
import { revocationEvents } from "./revoke.ts";

export interface FollowUps {
  /** Begins a round, or another after the one that is under way. */
  begin(): void;
  /** Takes one step; `false` when there is nothing to do. */
  step(): Promise<boolean>;
  /** Resolves when no round is under way. */
  settled(): Promise<void>;
  /** Resolves when the step that is under way has ended; no other begins. */
  stop(): Promise<void>;
}

export interface FollowUpDeps extends NoticeRules, Pick<Deps, "clock"> {
  /** One that makes no notices of events: here they are made of all events of a follow-up together. */
  readonly store: Store;
  /** Called after the commit of a step that wrote notices. */
  readonly onNotices: () => void;
}

/** How far a follow-up came, and whether the step told somebody; `null` when it is done. */
interface StepDone {
  readonly progress: FollowUp["progress"];
  readonly hasTold: boolean;
}

export function createFollowUps(
  deps: FollowUpDeps,
  { onError, byHand = false }: { readonly onError: (error: unknown) => void; readonly byHand?: boolean },
): FollowUps {
  let round: Promise<void> = Promise.resolve();
  let [isWaiting, isStopped] = [false, byHand];
  const runRound = async (): Promise<void> => {
    isWaiting = false;
    // One that fails does not keep the others; it is tried again in the next round.
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

/** On what the step was, `null` when there was nothing to do, and why it failed. */
async function takeStep(
  deps: FollowUpDeps,
  except: readonly string[],
): Promise<{ readonly subject: string | null; readonly error?: Error }> {
  let subject: string | null = null;
  try {
    const done = await deps.store.transaction(async (tx) => {
      const followUp = await tx.claimFollowUp(except);
      subject = followUp?.subject ?? null;
      return followUp === null ? null : goOn(deps, tx, followUp);
    });
    if (done?.hasTold === true) deps.onNotices();
    return { subject };
  } catch (error) {
    return { subject, error: error as Error };
  }
}

async function goOn(deps: FollowUpDeps, tx: Transaction, followUp: FollowUp): Promise<StepDone> {
  const of = endedOf(followUp);
  const done = of === null ? await tellPolicyChange(deps, tx, followUp) : await recordEnd(deps, tx, followUp, of);
  if (done.progress === null) await tx.finishFollowUp(followUp.subject);
  else await tx.saveFollowUp(followUp.subject, done.progress);
  return done;
}

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
async function recordEnd(deps: FollowUpDeps, tx: Transaction, followUp: FollowUp, of: Ended): Promise<StepDone> {
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
