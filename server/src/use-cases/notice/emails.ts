// Sends the emails of notices, and creates the notices about tokens that expire soon.
// Rule: an email is claimed in the store before it is sent, so only one replica sends it and nobody gets it twice. When
// a replica crashes in between, that email is lost and the notice stays.
// Deliberately absent: notices about events that have happened. They are created from audit events (from-events.ts).
import { DAY_MS, expiryNoticeDays, isMailOptional, nextExpiryNoticeAt } from "@mintmark/core";
import { inSteps, nextTurn } from "../../bounded.ts";
import { MailUnavailable } from "../../mail/email.ts";
import { noticeEmail } from "../../mail/notice-email.ts";
import type { ClaimedEmail, ExpiringToken } from "../../store/store.ts";
import type { Deps } from "../use-case.ts";
import { type NoticeDraft, toNotice } from "./from-events.ts";

/** How many tokens one transaction announces. Few, since SQLite allows no other writes meanwhile. */
const AT_ONCE = 50;

/**
 * Notifies owners 30, 7 and 1 days before a token expires, once each, with any number of replicas. When several
 * announcements are overdue, only the latest is created. The `pat.expired` event creates the notice of the expiry
 * itself.
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
      // SQLite statements block the event loop, so serve other requests between them.
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
/** The delay after each failed attempt. After the last one the email is given up. The notice stays. */
const RETRY_MS: readonly number[] = [1, 5, 30, 120, 480, 1440].map((minutes) => minutes * MINUTE_MS);
/** After this many failures in a row, a round leaves the mail server alone until the next one. */
const FAILURES_A_ROUND = 3;

type EmailDeps = Pick<Deps, "store" | "clock" | "mailer" | "settings">;

/**
 * Sends the emails that are due. Each is claimed before it is sent, so only one of any number of replicas sends it.
 * When the mail server refuses an email, it is tried again later, with a longer delay each time.
 */
export async function sendNoticeEmails(deps: EmailDeps, signal?: AbortSignal): Promise<void> {
  const { mailer, store, settings } = deps;
  if (mailer === null) return;
  for (let failures = 0; failures < FAILURES_A_ROUND;) {
    if (signal?.aborted === true) return;
    const now = deps.clock();
    const claimed = await store.transaction((tx) => tx.claimNoticeEmail(now));
    if (claimed === null) return;
    // Many claimed emails may be unwanted, so serve other requests between two of them.
    await nextTurn();
    if (!isWanted(claimed)) continue;
    const { notice, user, attempts } = claimed;
    // A mailbox that gets too many emails in an hour gets the rest in the next: they are delayed, not lost.
    const admission = await mailer.admitLater({ kind: "notice", to: user.email, by: null });
    if (admission.send === null) {
      await store.transaction((tx) => tx.delayNoticeEmail(notice.id, now + admission.waitMs));
      continue;
    }
    const email = noticeEmail({ to: user.email, baseUrl: settings.baseUrl }, notice);
    try {
      await admission.send(email);
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
 * Returns whether the person gets this email. Nobody asked for it, so it goes only to a verified address. This is
 * checked when the email is sent, so turning a kind off has effect at once.
 */
function isWanted({ user, isMuted, notice }: ClaimedEmail): boolean {
  if (user.deletedAt !== null || user.suspendedAt !== null || user.emailVerifiedAt === null) return false;
  return !(isMuted && isMailOptional(notice.kind));
}

export interface NoticeEmailRounds {
  /** Starts a round, or another one after the current round. */
  begin(): void;
  /** Resolves when no round is running. */
  settled(): Promise<void>;
}

/** Runs rounds of sending, one at a time. */
export function createNoticeEmailRounds(deps: EmailDeps, onError: (error: unknown) => void): NoticeEmailRounds {
  let round: Promise<void> = Promise.resolve();
  let waiting = false;
  const roundAfter = async (last: Promise<void>): Promise<void> => {
    await last;
    waiting = false;
    await sendNoticeEmails(deps).catch(onError);
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
