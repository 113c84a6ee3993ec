import type { Secret } from "@mintmark/core";
import { MailUnavailable } from "../../mail/mail-unavailable.ts";
import { type Letter, quoted } from "../../mail/letter.ts";
import type { Actor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { causeOf } from "../email/letter-limit.ts";
import type { ListedInvitation } from "./find-invitation.ts";

/** What an invitation is, and its links, which exist in plaintext in this value only. */
export interface MadeInvitation {
  readonly invitation: ListedInvitation;
  readonly organizationName: string;
  /** To copy. */
  readonly link: Secret;
  /** For the letter; `null` when none is to be sent. */
  readonly mailedLink: Secret | null;
}

/** Whether the letter was taken by the mail server, and otherwise why there is none. */
export type Delivery =
  | { readonly mailed: true; readonly mailProblem: null }
  | { readonly mailed: false; readonly mailProblem: "off" | "not_wanted" | "too_many" | "not_taken" };

/**
 * Mails an invitation that is committed. That it cannot be mailed never undoes the invitation: its link can be
 * copied, and the answer says so.
 */
export async function mailInvitation(
  deps: Pick<Deps, "settings" | "mailer">,
  actor: Actor,
  { invitation, organizationName, mailedLink }: MadeInvitation,
): Promise<Delivery> {
  const { mailer } = deps;
  if (mailer === null) return { mailed: false, mailProblem: "off" };
  if (mailedLink === null) return { mailed: false, mailProblem: "not_wanted" };
  const { send } = await mailer.admit({ kind: "invitation", to: invitation.email, by: causeOf(actor) });
  if (send === null) return { mailed: false, mailProblem: "too_many" };
  try {
    await send(invitationLetter(deps, invitation, organizationName, mailedLink));
    return { mailed: true, mailProblem: null };
  } catch (error) {
    if (!(error instanceof MailUnavailable)) throw error;
    return { mailed: false, mailProblem: "not_taken" };
  }
}

// Names are chosen by people, so none is in the subject, where it could speak for the instance.
function invitationLetter(
  { settings }: Pick<Deps, "settings">,
  invitation: ListedInvitation,
  organizationName: string,
  link: Secret,
): Letter {
  return {
    to: invitation.email,
    subject: "You are invited to join an organization",
    paragraphs: [
      `${quoted(invitation.invitedBy.name)} invites you to join the organization ${quoted(organizationName)} at ${settings.baseUrl}, with the role ${invitation.role}.`,
      "The link shows what you would join before you accept. It works once, for 7 days, and for this address only.",
    ],
    action: { label: "See the invitation", url: `${settings.baseUrl}/invitation#token=${link.expose()}` },
    reason: "You get this because someone invited this address. If you do not expect it, do nothing.",
  };
}
