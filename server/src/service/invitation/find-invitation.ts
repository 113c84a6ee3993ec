// Invitations: made, sent again, withdrawn, looked at, accepted.
// Rule: the link is the secret. Only its hash is stored, it is answered or mailed once, and it works for one
// address, for 7 days, and once. An invitation that is mailed has two links that die together: the one in the letter
// proves the address, the one that is shown to be copied proves nothing. A person becomes a member by `joinByInvitation` and no other way, whether they are
// signed in or sign up with the link.
import { hashSecret } from "../../secrets/hash.ts";
import type { InvitationRecord, OrganizationRecord, Reads } from "../../store/store.ts";
import { Refusal } from "../refusal.ts";

/** How long an invitation can be accepted after it was made or resent. */
export const INVITATION_MS = 7 * 86_400_000;

const LINK_TOKEN = /^[0-9a-f]{64}$/;

export interface OpenInvitation {
  readonly invitation: InvitationRecord;
  readonly organization: OrganizationRecord;
  /** Whether the link came by mail, so that whoever opened it reads the mail of the address. */
  readonly isMailed: boolean;
}

/**
 * The invitation that a link's token opens. Refuses with `invitation_invalid` a token that is unknown or
 * was replaced, and an invitation that was withdrawn or accepted or whose organization is gone; with
 * `invitation_expired` one whose time is over.
 */
export async function getOpenInvitation(reads: Reads, token: string, now: number): Promise<OpenInvitation> {
  const found = await findByLink(reads, token);
  if (found === null) throw invitationInvalid();
  const { invitation, isMailed } = found;
  const organization = await reads.findOrganization(invitation.organizationId);
  if (organization === null) throw invitationInvalid();
  requireOpen({ invitation, organization }, now);
  return { invitation, organization, isMailed };
}

/** The invitation that this token leads to now, by either of its links, whatever its state. */
export async function findByLink(
  reads: Reads,
  token: string,
): Promise<Pick<OpenInvitation, "invitation" | "isMailed"> | null> {
  if (!LINK_TOKEN.test(token)) return null;
  const hash = hashSecret(token);
  const copied = await reads.findInvitationByHash(hash);
  if (copied !== null) return { invitation: copied, isMailed: false };
  const mailed = await reads.findInvitationByMailedHash(hash);
  return mailed === null ? null : { invitation: mailed, isMailed: true };
}

/** Refuses an invitation that can no longer be accepted. */
export function requireOpen(
  { invitation, organization }: Pick<OpenInvitation, "invitation" | "organization">,
  now: number,
): void {
  if (invitation.acceptedAt !== null || invitation.withdrawnAt !== null || organization.deletedAt !== null) {
    throw invitationInvalid();
  }
  if (invitation.expiresAt > now) return;
  throw new Refusal(
    "invitation_expired",
    "The invitation's time is over. Ask whoever invited you to send it again: the new link is good for 7 days.",
  );
}

/** One sentence for every reason: what became of an invitation concerns the organization only. */
export function invitationInvalid(): Refusal {
  return new Refusal(
    "invitation_invalid",
    "The link is incomplete, was already used, or was withdrawn. Open the newest link you were sent, or ask for another.",
  );
}
