// Appointing and dismissing instance admins.
// Rule: every change of an instance admin locks the instance and evaluates the caller after the locks. One active
// instance admin always remains.
import type { UserId } from "@mintmark/core";
import { type Email, quoted } from "../../mail/email.ts";
import type { Transaction, UserRecord } from "../../store/store.ts";
import { type Deps, eventBy, notFound, receiptAt, Refusal, type SessionActor } from "../use-case.ts";
import { requireInstanceAdmin, requireRecentSession } from "../authority.ts";
import { queueNews } from "../mail/outbox.ts";
import type { Composers } from "../mail/sender.ts";
import type { UserChange } from "./user.ts";

/**
 * Appoints or dismisses an instance admin. Needs a recent password. When a dismissal returns, the person can no longer
 * administer anything. An admin may step down while another active one remains. A suspended person cannot be appointed.
 * Every instance admin and the person are notified by email.
 */
export async function setInstanceAdmin(
  deps: Pick<Deps, "store" | "clock" | "mailer">,
  actor: SessionActor,
  input: { readonly id: UserId; readonly instanceAdmin: boolean },
): Promise<UserChange> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    const user = await tx.lockUser(input.id);
    await requireInstanceAdmin(deps, tx, actor);
    requireRecentSession(deps, actor);
    if (user === null || user.deletedAt !== null) throw notFound();
    const at = deps.clock();
    if ((user.instanceAdminAt !== null) === input.instanceAdmin) return { user, receipt: await receiptAt(tx, at) };
    if (input.instanceAdmin) await appoint(tx, user, at);
    else await dismiss(tx, user);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: input.instanceAdmin ? "user.instance_admin_appointed" : "user.instance_admin_dismissed",
        target: { kind: "user", id: user.id, name: user.name },
      }),
    ]);
    const changed = { ...user, instanceAdminAt: input.instanceAdmin ? at : null };
    await notifyInstanceAdmins(deps, tx, actor, changed);
    return { user: changed, receipt: await receiptAt(tx, at) };
  });
}

async function appoint(tx: Transaction, user: UserRecord, at: number): Promise<void> {
  if (user.suspendedAt !== null) {
    throw new Refusal(
      "person_suspended",
      `"${user.name}" is suspended and could administer nothing. Reinstate them first, then appoint them.`,
    );
  }
  await tx.appointInstanceAdmin(user.id, at);
}

async function dismiss(tx: Transaction, user: UserRecord): Promise<void> {
  if (user.suspendedAt === null && (await tx.countInstanceAdmins()) <= 1) {
    throw new Refusal(
      "last_instance_admin",
      `"${user.name}" is the only instance admin who is not suspended. Appoint another one first.`,
    );
  }
  await tx.dismissInstanceAdmin(user.id);
}

/** One page holds all instance admins: an instance has few. */
const EVERYONE = { limit: 200, after: null };

/** Queues an email to every active instance admin and to the person, each at a verified address. */
async function notifyInstanceAdmins(
  deps: Pick<Deps, "mailer" | "clock">,
  tx: Transaction,
  actor: SessionActor,
  person: UserRecord,
): Promise<void> {
  const filter = { query: null, instanceAdmin: true, state: "active" } as const;
  const { items } = await tx.listUsers(filter, EVERYONE);
  const everyone = [...items.filter(({ id }) => id !== person.id), person];
  await queueNews(deps, tx, actor.user.id, everyone, ({ id }) => ({
    kind: "instance_admin_changed",
    details: {
      by: actor.user.name,
      name: person.name,
      email: person.email,
      isAppointed: person.instanceAdminAt !== null,
      isAboutReader: id === person.id,
    } satisfies AdminChange,
  }));
}

/** The content of the email. It is news of that moment, so nothing makes it untrue. */
interface AdminChange {
  readonly by: string;
  readonly name: string;
  readonly email: string;
  readonly isAppointed: boolean;
  readonly isAboutReader: boolean;
}

export function instanceAdminComposers(deps: Pick<Deps, "settings">): Pick<Composers, "instance_admin_changed"> {
  return {
    instance_admin_changed: {
      compose: async (_tx, { recipient, details }) => ({
        email: emailTo(recipient, deps, details as unknown as AdminChange),
      }),
    },
  };
}

function emailTo(to: string, { settings }: Pick<Deps, "settings">, change: AdminChange): Email {
  const { isAppointed, isAboutReader, email } = change;
  const [name, by] = [quoted(change.name), quoted(change.by)];
  return {
    to,
    subject: subjectFor(isAboutReader, isAppointed),
    paragraphs: [
      isAppointed
        ? `${by} has made ${name} (${email}) an instance admin of ${settings.baseUrl}.`
        : `${by} has dismissed ${name} (${email}) as an instance admin of ${settings.baseUrl}.`,
      "Instance admins see every account and organization, suspend people, revoke tokens and appoint owners.",
    ],
    // A person who was dismissed can no longer open that page.
    ...(isAboutReader && !isAppointed
      ? {}
      : { action: { label: "See the users of the instance", url: `${settings.baseUrl}/admin/users` } }),
    reason: isAboutReader
      ? "You get this email because it is about you. If it is not right, talk to an instance admin."
      : `You get this email because you are an instance admin. If it is not right, ${isAppointed ? "dismiss them" : "appoint them again"}, and check the audit log.`,
  };
}

/** Builds a subject without a name: people choose names, and a subject is read before its sender is known. */
function subjectFor(isAboutReader: boolean, isAppointed: boolean): string {
  if (isAboutReader) return isAppointed ? "You are an instance admin now" : "You are no longer an instance admin";
  return isAppointed ? "An instance admin was appointed" : "An instance admin was dismissed";
}
