// Emails an invitation.
// Rule: an invitation and its email are queued in one transaction. The emailed link is made when the email is sent, and
// earlier emailed links work until the mail server has accepted the newest one, so no failure leaves a person without a link.
import { DAY_MS, type InvitationId, type Secret } from "@mintmark/core";
import { type Email, quoted } from "../../mail/email.ts";
import { hashSecret, newLinkSecret } from "../../secrets/generate.ts";
import type { ClaimedEmail, InvitationRecord, Transaction } from "../../store/store.ts";
import type { Actor, Deps } from "../use-case.ts";
import { causeOf, countEmail } from "../limits/emails.ts";
import { queueEmail } from "../mail/outbox.ts";
import type { Composed, Composers } from "../mail/sender.ts";
import { type ListedInvitation, stateOf } from "./invitation.ts";

/** Why no email is sent. */
export type MailProblem = "off" | "not_wanted" | "too_many";

/** An invitation, and the token of its link to copy. Only this result contains the token in plaintext. */
export interface IssuedInvitation {
  readonly invitation: ListedInvitation;
  readonly link: Secret;
  /** `null` when an email was queued. */
  readonly mailProblem: MailProblem | null;
}

/**
 * Queues the email of an invitation as the last step of the caller's transaction, so that only an invitation that is made
 * counts toward the limits. It replaces an earlier one that still waits. Returns why there is none, or `null`.
 */
export async function queueInvitation(
  { mailer }: Pick<Deps, "mailer">,
  tx: Transaction,
  actor: Actor,
  {
    id,
    email,
    mail,
    at,
  }: { readonly id: InvitationId; readonly email: string; readonly mail?: boolean | undefined; readonly at: number },
): Promise<MailProblem | null> {
  if (mailer === null) return "off";
  if (mail === false) return "not_wanted";
  if ((await countEmail(tx, { kind: "invitation", to: email, by: causeOf(actor) }, at)) > 0) return "too_many";
  await tx.replaceEmails(id, at);
  await queueEmail(tx, { kind: "invitation", recipient: email, about: id }, at);
  return null;
}

/** Ends every emailed link of an invitation, and one that waits. The caller holds its lock. */
export async function endMailedLinks(tx: Transaction, id: InvitationId, at: number): Promise<void> {
  await tx.replaceEmails(id, at);
  await tx.endMailedLinks(id, null);
}

export function invitationComposers(
  deps: Pick<Deps, "catalogue" | "clock" | "settings">,
): Pick<Composers, "invitation"> {
  return {
    invitation: {
      compose: (tx, email, at) => compose(deps, tx, email, at),
      sent: (tx, { id, about }) => tx.endMailedLinks(about as InvitationId, id),
    },
  };
}

/** Makes the link. An invitation that nobody can accept any more gets no email. */
async function compose(
  deps: Pick<Deps, "catalogue" | "clock" | "settings">,
  tx: Transaction,
  { id, about }: ClaimedEmail,
  at: number,
): Promise<Composed> {
  const invitation = await tx.lockInvitation(about as InvitationId);
  if (invitation === null || invitation.acceptedAt !== null || invitation.withdrawnAt !== null) return null;
  const organization = await tx.findOrganization(invitation.organizationId);
  if (organization === null) return null;
  if ((await stateOf(deps, tx, organization, invitation)) !== "open") return null;
  const link = newLinkSecret();
  await tx.insertMailedLink({ hash: hashSecret(link), invitationId: invitation.id, emailId: id, createdAt: at });
  return { email: invitationEmail(deps, invitation, { organizationName: organization.name, link, at }) };
}

// People choose names, so the subject contains none: there it could pass for words of the instance.
function invitationEmail(
  { settings }: Pick<Deps, "settings">,
  invitation: InvitationRecord,
  { organizationName, link, at }: { readonly organizationName: string; readonly link: Secret; readonly at: number },
): Email {
  // The email may have waited for days.
  const daysLeft = Math.ceil((invitation.expiresAt - at) / DAY_MS);
  return {
    to: invitation.email,
    subject: "You are invited to join an organization",
    paragraphs: [
      `${quoted(invitation.invitedBy.name)} invites you to join the organization ${quoted(organizationName)} at ${settings.baseUrl}, with the role ${invitation.role}.`,
      `Open the link to see the organization before you accept. It works once, within ${daysLeft === 1 ? "1 day" : `${daysLeft} days`}, and for this address only.`,
    ],
    action: { label: "See the invitation", url: `${settings.baseUrl}/invitation#token=${link.expose()}` },
    reason: "You get this email because someone invited this address. If you do not expect it, do nothing.",
  };
}
