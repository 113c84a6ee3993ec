import { DAY_MS, expiryNoticeDays, nextExpiryNoticeAt } from "@mintmark/core";
import type { ExpiringToken } from "../../store/store.ts";
import type { Deps } from "../deps.ts";
import { type NoticeDraft, toNotice } from "./draft.ts";

/** Tokens announced in one transaction. */
const AT_ONCE = 200;

/**
 * Tells holders that a token of theirs ends in 30, 7 or 1 days, once each however many replicas look. Of announcements
 * that nobody was there to make only the latest is made. That a token has ended is told by its `pat.expired` event.
 */
export async function announceExpiries(deps: Pick<Deps, "store" | "clock" | "mailer">): Promise<void> {
  const hasMail = deps.mailer !== null;
  let announced: number;
  do {
    announced = await deps.store.transaction(async (tx) => {
      const now = deps.clock();
      const tokens = await tx.lockDueExpiryNotices(now, AT_ONCE);
      const drafts = tokens.flatMap((token) => draftOf(token, now) ?? []);
      await tx.insertNotices(drafts.map((draft) => toNotice({ hasMail }, draft)));
      for (const token of tokens) await tx.setExpiryNoticeAt(token.id, nextExpiryNoticeAt(token, now));
      return tokens.length;
    });
  } while (announced === AT_ONCE);
}

function draftOf(token: ExpiringToken, now: number): NoticeDraft | null {
  if (expiryNoticeDays(token, now) === null) return null;
  return {
    userId: token.userId,
    kind: "token.expiring",
    at: now,
    organizationId: token.organizationId,
    token: { id: token.id, name: token.name },
    details: { expiresAt: token.expiresAt, daysLeft: Math.ceil((token.expiresAt - now) / DAY_MS) },
  };
}
