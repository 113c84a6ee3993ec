import type { IssuedInvitation } from "../../api/types.ts";

/** What became of an invitation's letter, in a sentence. */
export function deliveryText({ email, mailProblem }: Pick<IssuedInvitation, "email" | "mailProblem">): string {
  switch (mailProblem) {
    case null:
      return `A letter with a link of its own is on its way to ${email}.`;
    case "off":
    case "not_wanted":
      return "Send this link to them. It works once, for this address only, and is shown only now.";
    case "too_many":
      return `The invitation is made, and no letter was sent: ${email} or you had too many within an hour. Send this link to them yourself; it is shown only now.`;
    case "not_taken":
      return "The invitation is made, and the mail server did not take the letter. Send this link to them yourself; it is shown only now.";
  }
}
