// The state of mail, and the test email, for instance admins. Deliberately absent: reading or changing an email.
import { z } from "@hono/zod-openapi";
import { getMailState, getTestEmail, listFailedEmails, sendTestEmail } from "../../use-cases/mail/mail.ts";
import { FailedEmail, MailState, presentFailedEmail, presentMailState, TestEmail } from "../../wire/mail.ts";
import { idOf, pageOf, pageQuery, parsePage, presentPage } from "../../wire/schema.ts";
import { defineOperation, type Operation } from "../operation.ts";

const getMailStateOperation = defineOperation({
  operationId: "getMailState",
  method: "get",
  path: "/api/admin/mail",
  tag: "Instance administration",
  summary: "Read the state of mail",
  description: "Whether a mail server is configured, and the emails that wait for it.",
  credentials: ["instance-admin"],
  status: 200,
  response: MailState,
  refusals: [],
  handle: async ({ deps }) => ({ body: presentMailState(await getMailState(deps)) }),
});

const listFailedEmailsOperation = defineOperation({
  operationId: "listFailedEmails",
  method: "get",
  path: "/api/admin/mail/failures",
  tag: "Instance administration",
  summary: "List the emails that failed",
  description:
    "Emails whose last attempt failed, the latest failure first: those that are tried again, and for 30 days those that are not.",
  credentials: ["instance-admin"],
  query: z.strictObject(pageQuery),
  status: 200,
  response: pageOf(FailedEmail),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => ({
    body: presentPage(await listFailedEmails(deps, parsePage(query)), presentFailedEmail),
  }),
});

const sendTestEmailOperation = defineOperation({
  operationId: "sendTestEmail",
  method: "post",
  path: "/api/admin/mail/tests",
  tag: "Instance administration",
  summary: "Send a test email",
  description: "Queues an email to your own address, at most ten in an hour. `getTestEmail` returns its outcome.",
  credentials: ["instance-admin"],
  status: 201,
  response: TestEmail,
  refusals: ["mail_off", "rate_limited"],
  handle: async ({ deps, actor }) => ({ body: await sendTestEmail(deps, actor) }),
});

const getTestEmailOperation = defineOperation({
  operationId: "getTestEmail",
  method: "get",
  path: "/api/admin/mail/tests/{id}",
  tag: "Instance administration",
  summary: "Get the outcome of a test email",
  description:
    "The outcome is kept for 8 days after the mail server accepted the email, and for 30 days after it failed.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("email") }),
  status: 200,
  response: TestEmail,
  refusals: ["not_found"],
  handle: async ({ deps, params }) => ({ body: await getTestEmail(deps, params.id) }),
});

export const mailOperations: readonly Operation[] = [
  getMailStateOperation,
  listFailedEmailsOperation,
  sendTestEmailOperation,
  getTestEmailOperation,
];
