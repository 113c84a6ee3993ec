// Completes the follow-ups. Each step is one small transaction that commits its writes and its progress together. So
// after a crash any process can continue, writes nothing twice and leaves nothing out. Any number of replicas may run
// this; each takes another follow-up. A round begins after the commit that wrote a follow-up, and once a minute for
// abandoned ones.
import { inSteps } from "../../event-loop/turn.ts";
import { endedOf, type FollowUp, type Store, type Transaction } from "../../store/store.ts";
import type { Deps } from "../deps.ts";
import type { NoticeRules } from "../notice/draft.ts";
import { tellPolicyChange } from "../notice/policy-notices.ts";
import { recordEnd } from "./record-end.ts";

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
export interface StepDone {
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
