// Appointing and dismissing instance admins.
// Rule: every change of an instance admin locks the instance and evaluates the caller after the locks. One active
// instance admin always remains.
import type { UserId } from "@mintmark/core";
import { type Email, quoted } from "../../mail/email.ts";
import type { Transaction, UserRecord } from "../../store/store.ts";
import { type Deps, eventBy, notFound, receiptAt, Refusal, type SessionActor } from "../use-case.ts";
import { requireInstanceAdmin, requireRecentSession } from "../authority.ts";
import { notifyLater } from "../limits/emails.ts";
import type { UserChange } from "./user.ts";

/**
 * Appoints or dismisses an instance admin. Needs a recent password. When a dismissal returns, the person can no longer
 * administer anything. An admin may step down while another active one remains. A suspended person cannot be appointed.
 * After the commit, every instance admin and the person are notified by email.
 */
export async function setInstanceAdmin(
  deps: Pick<Deps, "store" | "clock" | "mailer" | "later" | "settings">,
  actor: SessionActor,
  input: { readonly id: UserId; readonly instanceAdmin: boolean },
): Promise<UserChange> {
  const change = await deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    const user = await tx.lockUser(input.id);
    await requireInstanceAdmin(deps, tx, actor);
    requireRecentSession(deps, actor);
    if (user === null || user.deletedAt !== null) throw notFound();
    const at = deps.clock();
    if ((user.instanceAdminAt !== null) === input.instanceAdmin)
      return { user, receipt: receiptAt(at), changed: false };
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
    return { user: changed, receipt: receiptAt(at), changed: true };
  });
  if (change.changed) notifyInstanceAdmins(deps, actor, change.user);
  return { user: change.user, receipt: change.receipt };
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

/**
 * Notifies every active instance admin and the person, each at a verified address. Runs after the commit: a failing
 * mail server does not undo the change, and the audit log contains it either way.
 */
function notifyInstanceAdmins(
  deps: Pick<Deps, "store" | "mailer" | "later" | "settings">,
  actor: SessionActor,
  person: UserRecord,
): void {
  const everyone = async (): Promise<readonly UserRecord[]> => {
    const filter = { query: null, instanceAdmin: true, state: "active" } as const;
    const { items } = await deps.store.reads.listUsers(filter, EVERYONE);
    return [...items.filter(({ id }) => id !== person.id), person];
  };
  notifyLater(deps, actor.user.id, everyone, ({ email }) => emailTo(email, deps, actor, person));
}

function emailTo(to: string, { settings }: Pick<Deps, "settings">, actor: SessionActor, person: UserRecord): Email {
  const isAppointed = person.instanceAdminAt !== null;
  const [name, by] = [quoted(person.name), quoted(actor.user.name)];
  return {
    to,
    subject: subjectFor(to === person.email, isAppointed),
    paragraphs: [
      isAppointed
        ? `${by} has made ${name} (${person.email}) an instance admin of ${settings.baseUrl}.`
        : `${by} has dismissed ${name} (${person.email}) as an instance admin of ${settings.baseUrl}.`,
      "Instance admins see every account and organization, suspend people, revoke tokens and appoint owners.",
    ],
    action: { label: "See the instance's users", url: `${settings.baseUrl}/admin/users` },
    reason:
      to === person.email
        ? "You get this email because it is about you. If it is not right, talk to an instance admin."
        : `You get this email because you are an instance admin. If it is not right, ${isAppointed ? "dismiss them" : "appoint them again"}, and check the audit log.`,
  };
}

/** Builds a subject without a name: people choose names, and a subject is read before its sender is known. */
function subjectFor(isAboutReader: boolean, isAppointed: boolean): string {
  if (isAboutReader) return isAppointed ? "You are an instance admin now" : "You are no longer an instance admin";
  return isAppointed ? "An instance admin was appointed" : "An instance admin was dismissed";
}
