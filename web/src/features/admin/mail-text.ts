// The words of the page Mail.
import type { FailedEmail, TestEmail } from "../../api/types.ts";

const KINDS: Readonly<Record<FailedEmail["kind"], string>> = {
  verify_address: "Confirmation of an address",
  change_address: "Confirmation of a new address",
  reset_password: "Password reset",
  password_changed: "Password changed",
  address_changed: "Address changed",
  invitation: "Invitation",
  instance_admin_changed: "Change of an instance admin",
  owner_appointed: "New owner of an organization",
  notice: "Notice about tokens",
  test: "Test email",
};

export function emailKind(kind: FailedEmail["kind"]): string {
  return KINDS[kind];
}

interface Outcome {
  readonly tone: "good" | "warning" | "info";
  readonly title: string;
  readonly text: string;
}

/** The outcome of a test email so far, in words. */
export function testOutcome({ delivery, cause }: Pick<TestEmail, "delivery" | "cause">, to: string): Outcome {
  if (delivery === "sent") {
    const text = `If it is not in ${to} soon, look in the spam folder, and check SPF, DKIM and DMARC of the sender's domain.`;
    return { tone: "good", title: "The mail server accepted the test email", text };
  }
  if (cause !== null) {
    const sentence = /[.…]$/.test(cause) ? cause : `${cause}.`;
    const next = delivery === "queued" ? " Mintmark tries again for an hour." : "";
    return {
      tone: "warning",
      title: "The mail server did not accept the test email",
      text: `${sentence}${next}`,
    };
  }
  const text = "This page updates when the mail server responds, which may take ten minutes.";
  return { tone: "info", title: `A test email to ${to} is on its way`, text };
}
