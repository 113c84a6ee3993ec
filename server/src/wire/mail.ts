// The JSON of the outbox, for instance admins. Rule: it never contains the text of an email or a link.
import { z } from "@hono/zod-openapi";
import type { EmailKind, FailedEmail as FailedValue } from "../store/store.ts";
import type { MailState as StateValue } from "../use-cases/mail/mail.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./schema.ts";

const KINDS = {
  verify_address: true,
  change_address: true,
  reset_password: true,
  password_changed: true,
  address_changed: true,
  invitation: true,
  instance_admin_changed: true,
  owner_appointed: true,
  notice: true,
  test: true,
} as const satisfies Readonly<Record<EmailKind, true>>;

const Kind = z.enum(Object.keys(KINDS) as [EmailKind, ...EmailKind[]]);

export const MailState = z
  .object({
    enabled: z.boolean().openapi({ description: "Whether a mail server is configured." }),
    waiting: z
      .array(
        z.object({
          kind: Kind,
          count: z.int(),
          since: Instant.openapi({ description: "When the oldest of them was queued." }),
        }),
      )
      .openapi({ description: "Emails that the mail server has not accepted, by kind. Empty when none waits." }),
  })
  .openapi("MailState");

export function presentMailState({ isOn, waiting }: StateValue): z.infer<typeof MailState> {
  return {
    enabled: isOn,
    waiting: waiting.map(({ kind, count, since }) => ({ kind, count, since: presentInstant(since) })),
  };
}

export const FailedEmail = z
  .object({
    id: z.string(),
    kind: Kind,
    recipient: z.string().nullable().openapi({ description: "The address; `null` when the account was deleted." }),
    cause: z.string().openapi({
      description: "The step at which it failed, and the code and the reply of the mail server, without links.",
      example: "RCPT TO 550 5.1.1: No such user here",
    }),
    failedAt: Instant,
    attempts: z.int(),
    nextAttemptAt: Instant.nullable().openapi({ description: "`null`: it is not tried again." }),
  })
  .openapi("FailedEmail");

export function presentFailedEmail(email: FailedValue): z.infer<typeof FailedEmail> {
  return {
    id: email.id,
    kind: email.kind,
    recipient: email.recipient,
    cause: email.error,
    failedAt: presentInstant(email.at),
    attempts: email.attempts,
    nextAttemptAt: presentInstantOrNull(email.nextAttemptAt),
  };
}

export const TestEmail = z
  .object({
    id: z.string(),
    delivery: z.enum(["queued", "sent", "refused"]).openapi({
      description:
        "`queued`: it waits, or is tried again. `sent`: the mail server accepted it. `refused`: the mail server refused it or did not respond, and it is not tried again.",
    }),
    cause: z.string().nullable().openapi({ description: "Why the last attempt failed." }),
  })
  .openapi("TestEmail");
