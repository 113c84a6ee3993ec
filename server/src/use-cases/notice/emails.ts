import { DAY_MS, expiryNoticeDays, isMailOptional, nextExpiryNoticeAt } from "@mintmark/core";
import { inSteps, nextTurn } from "../../event-loop/turn.ts";
import { MailUnavailable } from "../../mail/email.ts";
import { noticeLetter } from "../../mail/notice-email.ts";
import type { ClaimedEmail, ExpiringToken } from "../../store/store.ts";
import type { Deps } from "../deps.ts";
import { type NoticeDraft, toNotice } from "./draft.ts";

/** Tokens announced in one transaction: few, since on SQLite nothing else happens meanwhile. */
const AT_ONCE = 50;

/**
 * Tells holders that a token of theirs ends in 30, 7 or 1 days, once each however many replicas look. Of announcements
 * that nobody was there to make only the latest is made. That a token has ended is told by its `pat.expired` event.
 */
export async function announceExpiries(
  deps: Pick<Deps, "store" | "clock" | "mailer">,
  signal?: AbortSignal,
): Promise<void> {
  const hasMail = deps.mailer !== null;
  await inSteps(async () => {
    const announced = await deps.store.transaction(async (tx) => {
      const now = deps.clock();
      const tokens = await tx.lockDueExpiryNotices(now, AT_ONCE);
      const drafts = tokens.flatMap((token) => draftOf(token, now) ?? []);
      await tx.insertNotices(drafts.map((draft) => toNotice({ hasMail }, draft)));
      // On SQLite statements hold the event loop: others are answered between some of them.
      await nextTurn();
      const next = tokens.map((token) => [token.id, token.hasEnded ? null : nextExpiryNoticeAt(token, now)] as const);
      await tx.setExpiryNoticesAt(new Map(next));
      await nextTurn();
      return tokens.length;
    });
    return announced === AT_ONCE;
  }, signal);
}

function draftOf(token: ExpiringToken, now: number): NoticeDraft | null {
  if (token.hasEnded || expiryNoticeDays(token, now) === null) return null;
  return {
    userId: token.userId,
    kind: "token.expiring",
    at: now,
    organizationId: token.organizationId,
    token: { id: token.id, name: token.name },
    details: { expiresAt: token.expiresAt, daysLeft: Math.ceil((token.expiresAt - now) / DAY_MS) },
  };
}

const MINUTE_MS = 60_000;
/** How long after each try in vain the next is made. After the last the letter is given up; the notice stays. */
const RETRY_MS: readonly number[] = [1, 5, 30, 120, 480, 1440].map((minutes) => minutes * MINUTE_MS);
/** A mail server that refuses this many in a row is left alone until the next round. */
const FAILURES_A_ROUND = 3;

type LetterDeps = Pick<Deps, "store" | "clock" | "mailer" | "settings">;

/**
 * Sends the letters that are due. Each is taken from the store before it is sent, so that of any number of replicas one
 * sends it: a letter whose replica dies in between is lost, and none comes twice. What the mail server
 * refused is tried again, later each time.
 */
export async function sendLetters(deps: LetterDeps, signal?: AbortSignal): Promise<void> {
  const { mailer, store, settings } = deps;
  if (mailer === null) return;
  for (let failures = 0; failures < FAILURES_A_ROUND;) {
    if (signal?.aborted === true) return;
    const now = deps.clock();
    const claimed = await store.transaction((tx) => tx.claimNoticeEmail(now));
    if (claimed === null) return;
    // Of many that nobody wants, the sockets get their turn between two.
    await nextTurn();
    if (!isWanted(claimed)) continue;
    const { notice, user, attempts } = claimed;
    // Held back, not lost: a mailbox that gets many in an hour gets the rest in the next.
    const admission = await mailer.admitLater({ kind: "notice", to: user.email, by: null });
    if (admission.send === null) {
      await store.transaction((tx) => tx.delayNoticeEmail(notice.id, now + admission.waitMs));
      continue;
    }
    const letter = noticeLetter({ to: user.email, baseUrl: settings.baseUrl }, notice);
    try {
      await admission.send(letter);
    } catch (error) {
      if (!(error instanceof MailUnavailable)) throw error;
      failures++;
      const delay = RETRY_MS[attempts - 1];
      if (delay !== undefined) await store.transaction((tx) => tx.delayNoticeEmail(notice.id, now + delay));
      continue;
    }
    await store.transaction((tx) => tx.recordNoticeEmailed(notice.id, deps.clock()));
  }
}

/**
 * Nobody asked for these letters, so they go only to an address that is known to be the person's. Judged when
 * the letter is sent: who turned a kind off a moment ago gets none.
 */
function isWanted({ user, isMuted, notice }: ClaimedEmail): boolean {
  if (user.deletedAt !== null || user.suspendedAt !== null || user.emailVerifiedAt === null) return false;
  return !(isMuted && isMailOptional(notice.kind));
}

export interface LetterRounds {
  /** Begins a round, or another after the one that is under way. */
  begin(): void;
  /** Resolves when no round is under way. */
  settled(): Promise<void>;
}

/** Rounds of sending, one at a time, begun when there is something to send. */
export function createLetterRounds(deps: LetterDeps, onError: (error: unknown) => void): LetterRounds {
  let round: Promise<void> = Promise.resolve();
  let waiting = false;
  const roundAfter = async (last: Promise<void>): Promise<void> => {
    await last;
    waiting = false;
    await sendLetters(deps).catch(onError);
  };
  return {
    begin() {
      if (deps.mailer === null || waiting) return;
      waiting = true;
      round = roundAfter(round);
    },
    settled: () => round,
  };
}
