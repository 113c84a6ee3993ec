// Composes the emails of notices.
// Rule: an email says what is true when it is sent (../mail/sender.ts), which may be days after its notice.
// Deliberately absent: notices. They are created from audit events (from-events.ts), and from ends that are near (ends.ts).
import { isMailOptional, type NoticeId } from "@mintmark/core";
import { noticeEmail } from "../../mail/notice-email.ts";
import type { NoticeToMail, Transaction } from "../../store/store.ts";
import type { Deps } from "../use-case.ts";
import { countEmail } from "../limits/emails.ts";
import type { Composed, Composers } from "../mail/sender.ts";
import { currentNotice } from "./ends.ts";
import { issueUnsubscribeLink } from "./notice.ts";

/** Composes the emails of notices. */
export function noticeComposers(deps: Pick<Deps, "settings">): Pick<Composers, "notice"> {
  return { notice: { compose: (tx, { about }, at) => compose(deps, tx, about as NoticeId, at) } };
}

async function compose(deps: Pick<Deps, "settings">, tx: Transaction, id: NoticeId, at: number): Promise<Composed> {
  const found = await tx.findNoticeToMail(id);
  if (found === null || !isWanted(found)) return null;
  const notice = await currentNotice(deps, tx, found.notice, at);
  if (notice === null) return null;
  const { email: to } = found.user;
  // A mailbox that gets too many emails in an hour gets the rest in the next: they are delayed, not lost.
  const waitMs = await countEmail(tx, { kind: "notice", to, by: null }, at);
  if (waitMs > 0) return { waitMs };
  const { baseUrl } = deps.settings;
  const email = noticeEmail({ to, baseUrl }, notice);
  const link = await issueUnsubscribeLink(tx, notice, at);
  return {
    email: link === null ? email : { ...email, unsubscribeUrl: `${baseUrl}/unsubscribe/${link.expose()}` },
  };
}

/**
 * Returns whether the person gets this email. Nobody asked for it, so it goes only to a verified address. This is
 * checked when the email is sent, so turning a kind off has effect at once.
 */
function isWanted({ user, isMuted, notice }: NoticeToMail): boolean {
  if (user.deletedAt !== null || user.suspendedAt !== null || user.emailVerifiedAt === null) return false;
  return !(isMuted && isMailOptional(notice.kind));
}
