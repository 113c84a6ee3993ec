import type { IssuedInvitation } from "../../api/types.ts";

/** What became of an invitation's letter, in a sentence. */
export function deliveryText({ email, mailProblem }: Pick<IssuedInvitation, "email" | "mailProblem">): string {
  switch (mailProblem) {
    case null:
      return `An email with another link is on its way to ${email}.`;
    case "off":
    case "not_wanted":
      return "Send this link to them. It works once, for this address only, and is shown only now.";
    case "too_many":
      return `The invitation is made, but no email was sent: ${email} or you had too many within an hour. Send this link to them yourself; it is shown only now.`;
    case "not_taken":
      return "The invitation is made, but the mail server did not accept the email. Send this link to them yourself; it is shown only now.";
  }
}
