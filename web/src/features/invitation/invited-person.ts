import { emailKey } from "@mintmark/core";
import type { Instance, InvitationPreview, Session } from "../../api/types.ts";

/** Whether joining waits for a confirmed address. The server decides; this keeps the page from asking in vain. */
export function mustConfirmFirst(
  instance: Pick<Instance, "mail">,
  preview: Pick<InvitationPreview, "mailed">,
  session: Pick<Session, "user">,
): boolean {
  return instance.mail && !preview.mailed && !session.user.emailVerified;
}

/** Whether two spellings are one address: letter case and the way accents are encoded do not matter. */
export function isSameEmail(one: string, other: string): boolean {
  return emailKey(one.trim()) === emailKey(other.trim());
}
