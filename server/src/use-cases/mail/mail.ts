// The state of the outbox, and the test email, for instance admins.
// Rule: nobody reads the text of an email here. A failure shows the recipient, the kind and the cause.
import type { EmailId } from "@mintmark/core";
import type { Delivery, FailedEmail, Page, PageRequest, WaitingEmails } from "../../store/store.ts";
import type { Email } from "../../mail/email.ts";
import { type Deps, eventBy, notFound, type SessionActor } from "../use-case.ts";
import { requireInstanceAdmin } from "../authority.ts";
import { requireMailer, tooManyEmails } from "../limits/emails.ts";
import { newEmail } from "./outbox.ts";
import type { Composers } from "./sender.ts";

export interface MailState {
  /** Whether a mail server is configured. */
  readonly isOn: boolean;
  /** The emails that wait, by kind. */
  readonly waiting: readonly WaitingEmails[];
}

export async function getMailState({ store, mailer }: Pick<Deps, "store" | "mailer">): Promise<MailState> {
  return { isOn: mailer !== null, waiting: await store.reads.countWaitingEmails() };
}

/** Returns the emails whose last attempt failed, the latest failure first. */
export function listFailedEmails({ store }: Pick<Deps, "store">, page: PageRequest): Promise<Page<FailedEmail>> {
  return store.reads.listFailedEmails(page);
}

export interface TestEmail {
  readonly id: EmailId;
  readonly delivery: Delivery;
  /** Why the last attempt failed. */
  readonly cause: string | null;
}

/** Returns the outcome of a test email so far. Throws `not_found` for another id. */
export async function getTestEmail({ store }: Pick<Deps, "store">, id: EmailId): Promise<TestEmail> {
  const found = await store.reads.findTestEmail(id);
  if (found === null) throw notFound();
  return { id, ...found };
}

/**
 * Queues a test email to the caller's own address. Refuses an instance without a mail server, and too many emails. Its
 * outcome is read by `getTestEmail`.
 */
export async function sendTestEmail(
  deps: Pick<Deps, "store" | "clock" | "mailer">,
  actor: SessionActor,
): Promise<TestEmail> {
  const mailer = requireMailer(deps);
  const { id: userId, name, email: to } = actor.user;
  const waitMs = await mailer.admit({ kind: "test", to, by: userId });
  if (waitMs > 0) throw tooManyEmails(waitMs);
  return deps.store.transaction(async (tx) => {
    await requireInstanceAdmin(deps, tx, actor);
    const at = deps.clock();
    const email = newEmail({ kind: "test", recipient: to, userId }, at);
    await tx.insertEmails([email]);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: "instance.test_email_requested",
        target: { kind: "user", id: userId, name },
      }),
    ]);
    return { id: email.id, delivery: "queued", cause: null };
  });
}

export function testComposers({ settings }: Pick<Deps, "settings">): Pick<Composers, "test"> {
  return { test: { compose: async (_tx, { recipient }) => ({ email: testEmail(recipient, settings.baseUrl) }) } };
}

function testEmail(to: string, baseUrl: string): Email {
  return {
    to,
    subject: "Test email",
    paragraphs: [`The instance at ${baseUrl} can send email: its mail server accepted this one.`],
    action: { label: "See the state of mail", url: `${baseUrl}/admin/mail` },
    reason: "You get this email because you asked for it as an instance admin.",
  };
}
