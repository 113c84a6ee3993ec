import { emailKey } from "@mintmark/core";
import type { Instance, InvitationPreview, Session } from "../../api/types.ts";

/**
 * Whether the person must confirm their address before joining. The server decides. This avoids a request that it
 * would refuse.
 */
export function mustConfirmFirst(
  instance: Pick<Instance, "mail">,
  preview: Pick<InvitationPreview, "mailed">,
  session: Pick<Session, "user">,
): boolean {
  return instance.mail && !preview.mailed && !session.user.emailVerified;
}

/** Whether two spellings are the same address. Case and the encoding of accents do not matter. */
export function isSameEmail(one: string, other: string): boolean {
  return emailKey(one.trim()) === emailKey(other.trim());
}
