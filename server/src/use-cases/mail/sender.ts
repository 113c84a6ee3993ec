// Sends the emails that wait in the outbox.
// Rule: an email is claimed before it is sent, for longer than one attempt can take, so that no two replicas send it. It
// is composed at that moment: if it is no longer true, it is dropped. Only the hash of its link is stored.
// Links of earlier attempts keep working, since the outcome of an attempt may be unknown. Every attempt has the same
// Message-ID. A mail server that is slow or down delays nothing but emails.
import { DAY_MS, type UserId } from "@mintmark/core";
import { createRounds, type Rounds } from "../../background.ts";
import { inSteps } from "../../bounded.ts";
import type { Email } from "../../mail/email.ts";
import type { Attempt, Mailer } from "../../mail/mailer.ts";
import type { ClaimedEmail, EmailKind, EmailOutcome, Store, Transaction } from "../../store/store.ts";

const MINUTE_MS = 60_000;
/** Longer than the longest attempt. After a crash, an email is tried again when this is over. */
const CLAIM_MS = 20 * MINUTE_MS;
/** Emails that are sent at the same time, each to another recipient. */
const AT_ONCE = 5;
/** How many of them may be notices: a change of policy can write thousands, and a reset must not wait for them. */
const NOTICES_AT_ONCE = 3;
/** How often the outbox is read when nothing in this process has changed it. */
const ROUND_MS = MINUTE_MS;
/** The delay after each failed attempt, and then the longest. A server that greylists accepts the second or third attempt. */
const RETRY_MS: readonly number[] = [1, 5, 15, 30, 60, 120, 240].map((minutes) => minutes * MINUTE_MS);
const LONGEST_RETRY_MS = 480 * MINUTE_MS;
/** The shortest delay after an attempt with an unknown outcome, and how many such attempts an email gets. */
const UNKNOWN_RETRY_MS = 60 * MINUTE_MS;
const MOST_UNKNOWN = 3;
/** After this many attempts in a row that did not get as far as an email, the server is left alone until the next round. */
const MOST_GENERAL = 3;

/** An email as it is sent now; how long a limit delays it; or `null` when it is no longer true. */
export type Composed = { readonly email: Email; readonly userId?: UserId } | { readonly waitMs: number } | null;

/** The functions that each kind of email defines. */
interface Composer {
  compose(tx: Transaction, email: ClaimedEmail, at: number): Promise<Composed>;
  /** Runs when the mail server has accepted the email, in the transaction that records this. */
  sent?(tx: Transaction, email: ClaimedEmail): Promise<void>;
}

export type Composers = Readonly<Record<EmailKind, Composer>>;

/** How an attempt ended, for logs and metrics. */
interface AttemptReport {
  readonly id: string;
  readonly kind: EmailKind;
  readonly outcome: Attempt["outcome"];
  readonly code: string | null;
  readonly attempts: number;
  /** `null` when there is no further attempt. */
  readonly nextAttemptAt: number | null;
}

export interface SenderDeps {
  readonly store: Pick<Store, "transaction" | "reads">;
  readonly clock: () => number;
  readonly mailer: Mailer;
  readonly composers: Composers;
  readonly onAttempt: (report: AttemptReport) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Sends what is due, and goes on whenever something is. It stops within seconds, also while the mail server is silent. An
 * email that the server has not accepted stays in the outbox.
 */
export type Sender = Rounds;

export function createSender(deps: SenderDeps): Sender {
  const ending = new AbortController();
  const attempts = createAttempts(deps, ending.signal, () => rounds.begin());
  const rounds = createRounds({
    async step() {
      await attempts.startDue();
      return false;
    },
    async nextInMs() {
      const due = await deps.store.reads.nextEmailDueAt();
      const ms = due === null ? ROUND_MS : Math.max(due, attempts.restUntil()) - deps.clock();
      return Math.min(Math.max(ms, 1_000), ROUND_MS);
    },
    afterFailureMs: ROUND_MS,
    underWay: () => attempts.underWay(),
    ending,
    onError: deps.onError,
  });
  return {
    ...rounds,
    async stop() {
      await rounds.stop();
      await attempts.recordRest().catch(deps.onError);
    },
  };
}

interface Attempts {
  /** Claims emails that are due, as many as may be under way, and starts to send them. */
  startDue(): Promise<void>;
  underWay(): readonly Promise<void>[];
  /** The instant before which no attempt begins, after several in a row did not reach the mail server. */
  restUntil(): number;
  /** Records the outcomes that the database could not take before. */
  recordRest(): Promise<void>;
}

function createAttempts(deps: SenderDeps, signal: AbortSignal, onEnd: () => void): Attempts {
  const { store, clock } = deps;
  /** By recipient, so that a slow one delays only their own emails. */
  const underWay = new Map<string, Promise<void>>();
  let notices = 0;
  let general = 0;
  let restUntil = 0;
  /** Outcomes that the database could not take. Without them, an email that was sent would be sent again. */
  const unrecorded = new Map<string, () => Promise<void>>();
  const recordRest = async (): Promise<void> => {
    for (const [id, recordAgain] of unrecorded) {
      await recordAgain();
      unrecorded.delete(id);
    }
  };
  const send = async (email: ClaimedEmail): Promise<void> => {
    const attempt = await sendOne(deps, email, signal, (recordAgain) => unrecorded.set(email.id, recordAgain));
    if (attempt === null) return;
    general = attempt.outcome !== "sent" && attempt.isGeneral ? general + 1 : 0;
    if (general >= MOST_GENERAL) restUntil = clock() + ROUND_MS;
  };
  return {
    underWay: () => [...underWay.values()],
    restUntil: () => restUntil,
    recordRest,
    async startDue() {
      await recordRest();
      const now = clock();
      const most = AT_ONCE - underWay.size;
      if (most <= 0 || now < restUntil || signal.aborted) return;
      const due = await store.reads.nextEmailDueAt();
      if (due === null || due > now) return;
      const mostNotices = NOTICES_AT_ONCE - notices;
      const claim = { now, until: now + CLAIM_MS, most, mostNotices, busy: [...underWay.keys()] };
      for (const email of await store.transaction((tx) => tx.claimEmails(claim))) {
        const counts = email.kind === "notice" ? 1 : 0;
        notices += counts;
        const sending = send(email)
          .catch(deps.onError)
          .finally(() => {
            notices -= counts;
            underWay.delete(email.recipient);
            onEnd();
          });
        underWay.set(email.recipient, sending);
      }
    },
  };
}

/**
 * Makes one attempt at a claimed email, and records how it ended. Returns `null` when nothing was sent. When the database
 * cannot take the outcome, `keep` gets the work that records it later.
 */
async function sendOne(
  deps: SenderDeps,
  claimed: ClaimedEmail,
  signal: AbortSignal,
  keep: (recordAgain: () => Promise<void>) => void,
): Promise<Attempt | null> {
  const composed = await compose(deps, claimed);
  if (composed === null) return null;
  const attempt = await deps.mailer.send(composed, claimed.id, signal);
  const isCut = signal.aborted;
  const recordIt = (): Promise<void> => record(deps, claimed, attempt, isCut);
  try {
    await recordIt();
  } catch (error) {
    keep(recordIt);
    throw error;
  }
  return attempt;
}

/** Thrown to undo a link when the email was dropped, replaced or claimed by another replica in the meantime. */
class NotOurs extends Error {}

/** Thrown to undo a link when no time was left for an email that is still true. */
class TooLate extends Error {}

async function compose(deps: SenderDeps, claimed: ClaimedEmail): Promise<Email | null> {
  const { store, clock, composers } = deps;
  const at = clock();
  try {
    return await store.transaction(async (tx) => {
      const composed = await composers[claimed.kind].compose(tx, claimed, at);
      if (composed === null) {
        await tx.dropEmail(claimed);
        return null;
      }
      if (at > claimed.giveUpAt) throw new TooLate();
      if ("waitMs" in composed) {
        await tx.delayEmail(claimed, at + composed.waitMs, null);
        return null;
      }
      if (!(await tx.markEmailComposed(claimed, at, composed.userId ?? null))) throw new NotOurs();
      return composed.email;
    });
  } catch (error) {
    if (error instanceof TooLate) await giveUp(deps, claimed, at);
    else if (!(error instanceof NotOurs)) throw error;
    return null;
  }
}

/** Ends an email that waited until no time was left, and leaves it among the failures. */
async function giveUp({ store, onAttempt }: SenderDeps, claimed: ClaimedEmail, at: number): Promise<void> {
  const { id, kind, attempts } = claimed;
  const error = "The mail server could not be tried in time.";
  const isOurs = await store.transaction((tx) => tx.finishEmail(claimed, { at, outcome: "expired", error }));
  if (isOurs) onAttempt({ id, kind, outcome: "failed", code: "EXPIRED", attempts: attempts - 1, nextAttemptAt: null });
}

/** Records the end of an attempt. An attempt that the end of the instance cut off is not counted, if nothing was sent. */
async function record(deps: SenderDeps, claimed: ClaimedEmail, attempt: Attempt, isCut: boolean): Promise<void> {
  const { store, clock, composers, onAttempt } = deps;
  const at = clock();
  const { id, kind, attempts } = claimed;
  const report = { id, kind, outcome: attempt.outcome, attempts };
  if (attempt.outcome === "sent") {
    await store.transaction(async (tx) => {
      const isOurs = await tx.finishEmail(claimed, { at, outcome: "sent", error: null });
      if (isOurs) await composers[kind].sent?.(tx, claimed);
    });
    onAttempt({ ...report, code: null, nextAttemptAt: null });
    return;
  }
  const { code, cause: error } = attempt;
  if (isCut && attempt.outcome === "failed") {
    await store.transaction((tx) => tx.delayEmail(claimed, at, null));
    return;
  }
  const next = nextAttemptAt(claimed, attempt.outcome, at);
  const isUnknown = attempt.outcome === "unknown";
  await store.transaction(async (tx) => {
    if (typeof next === "number") await tx.delayEmail(claimed, next, { at, error, isUnknown });
    else await tx.finishEmail(claimed, { at, outcome: next, error });
  });
  onAttempt({ ...report, code, nextAttemptAt: typeof next === "number" ? next : null });
}

/** Returns when to try again, or how the email has ended. */
function nextAttemptAt(
  { attempts, unknownOutcomes, giveUpAt }: ClaimedEmail,
  outcome: Exclude<Attempt["outcome"], "sent">,
  at: number,
): number | EmailOutcome {
  if (outcome === "refused") return "refused";
  if (outcome === "unknown" && unknownOutcomes + 1 >= MOST_UNKNOWN) return "unknown";
  const delay = RETRY_MS[attempts - 1] ?? LONGEST_RETRY_MS;
  const next = at + (outcome === "unknown" ? Math.max(delay, UNKNOWN_RETRY_MS) : delay);
  if (next <= giveUpAt) return next;
  return outcome === "unknown" ? "unknown" : "expired";
}

/** How long an email is kept after it was sent, and after it failed for good. */
const KEPT_MS = 8 * DAY_MS;
const FAILURE_KEPT_MS = 30 * DAY_MS;
const FORGOTTEN_AT_ONCE = 500;

/** Deletes emails that have ended, and links of invitations that nobody can accept any more, in small steps. */
export async function forgetOldEmails(
  { store, clock }: { readonly store: Pick<Store, "transaction">; readonly clock: () => number },
  signal?: AbortSignal,
): Promise<void> {
  await inSteps(async () => {
    const now = clock();
    const limit = FORGOTTEN_AT_ONCE;
    const forgotten = await store.transaction(async (tx) => {
      const emails = await tx.forgetEmails({ before: now - KEPT_MS, failedBefore: now - FAILURE_KEPT_MS, limit });
      const links = await tx.forgetMailedLinks(now - FAILURE_KEPT_MS, limit);
      return Math.max(emails, links);
    });
    return forgotten === limit;
  }, signal);
}
