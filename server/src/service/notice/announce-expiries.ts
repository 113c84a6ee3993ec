import { DAY_MS, expiryNoticeDays, nextExpiryNoticeAt } from "@mintmark/core";
import { inSteps } from "../../event-loop/turn.ts";
import { nextTurn } from "../../event-loop/turn.ts";
import type { ExpiringToken } from "../../store/store.ts";
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
