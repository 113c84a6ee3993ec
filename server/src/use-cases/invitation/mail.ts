// Emails an invitation.
// Rule: an invitation is committed before it is mailed, and a failure to mail it does not undo it: the response
// contains its link to copy, and says why no email was sent.
import type { Secret } from "@mintmark/core";
import { type Email, MailUnavailable, quoted } from "../../mail/email.ts";
import type { Actor, Deps } from "../use-case.ts";
import { causeOf } from "../limits/emails.ts";
import type { ListedInvitation } from "./invitation.ts";

/**
 * An invitation, the token of its link to copy, and whether an email was sent. Only this result contains the token in
 * plaintext.
 */
export interface IssuedInvitation {
  readonly invitation: ListedInvitation;
  readonly link: Secret;
  readonly delivery: Delivery;
}

/** An invitation and its links. Only this value contains them in plaintext. */
export interface StoredInvitation {
  readonly invitation: ListedInvitation;
  readonly organizationName: string;
  /** The token of the link to copy. */
  readonly link: Secret;
  /** The token of the link in the email; `null` when none is sent. */
  readonly mailedLink: Secret | null;
}

/** Whether the mail server accepted the email, or why there is none. */
type Delivery =
  | { readonly mailed: true; readonly mailProblem: null }
  | { readonly mailed: false; readonly mailProblem: "off" | "not_wanted" | "too_many" | "not_taken" };

/** Mails a committed invitation. A failure does not undo the invitation. */
export async function mailInvitation(
  deps: Pick<Deps, "settings" | "mailer">,
  actor: Actor,
  { invitation, organizationName, mailedLink }: StoredInvitation,
): Promise<Delivery> {
  const { mailer } = deps;
  if (mailer === null) return { mailed: false, mailProblem: "off" };
  if (mailedLink === null) return { mailed: false, mailProblem: "not_wanted" };
  const { send } = await mailer.admit({ kind: "invitation", to: invitation.email, by: causeOf(actor) });
  if (send === null) return { mailed: false, mailProblem: "too_many" };
  try {
    await send(invitationEmail(deps, invitation, organizationName, mailedLink));
    return { mailed: true, mailProblem: null };
  } catch (error) {
    if (!(error instanceof MailUnavailable)) throw error;
    return { mailed: false, mailProblem: "not_taken" };
  }
}

// People choose names, so the subject contains none: there it could pass for words of the instance.
function invitationEmail(
  { settings }: Pick<Deps, "settings">,
  invitation: ListedInvitation,
  organizationName: string,
  link: Secret,
): Email {
  return {
    to: invitation.email,
    subject: "You are invited to join an organization",
    paragraphs: [
      `${quoted(invitation.invitedBy.name)} invites you to join the organization ${quoted(organizationName)} at ${settings.baseUrl}, with the role ${invitation.role}.`,
      "The link shows what you would join before you accept. It works once, for 7 days, and for this address only.",
    ],
    action: { label: "See the invitation", url: `${settings.baseUrl}/invitation#token=${link.expose()}` },
    reason: "You get this email because someone invited this address. If you do not expect it, do nothing.",
  };
}
