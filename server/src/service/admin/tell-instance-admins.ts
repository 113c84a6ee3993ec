import type { UserRecord } from "../../store/store.ts";
import type { Letter } from "../../mail/letter.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";

/** Whoever administers an instance has few colleagues: one page holds them. */
const EVERYONE = { limit: 200, after: null };

/**
 * Writes to every active instance admin, and to the person, that they were appointed or dismissed. Called after the
 * commit: a mail server that is down does not undo the change, and the audit log has it either way.
 */
export async function tellInstanceAdmins(
  deps: Pick<Deps, "store" | "mailer" | "settings">,
  actor: SessionActor,
  person: UserRecord,
): Promise<void> {
  const { mailer } = deps;
  if (mailer === null) return;
  const { items } = await deps.store.reads.listUsers({ query: null, instanceAdmin: true, state: "active" }, EVERYONE);
  const addresses = new Set([...items, person].map(({ email }) => email));
  await Promise.allSettled([...addresses].map((to) => mailer.send(letterTo(to, deps, actor, person))));
}

function letterTo(to: string, { settings }: Pick<Deps, "settings">, actor: SessionActor, person: UserRecord): Letter {
  const isAppointed = person.instanceAdminAt !== null;
  const they = `${person.name} (${person.email})`;
  return {
    to,
    subject: isAppointed ? `${person.name} is an instance admin now` : `${person.name} is no longer an instance admin`,
    paragraphs: [
      `${actor.user.name} ${isAppointed ? `has made ${they} an instance admin` : `has dismissed ${they} as an instance admin`} of ${settings.baseUrl}.`,
      "Instance admins see every account and organization, suspend people, revoke tokens and appoint owners.",
    ],
    action: { label: "See the instance's users", url: `${settings.baseUrl}/admin/users` },
    reason:
      to === person.email
        ? "You get this because it is about you. If it is not right, speak to an instance admin."
        : `You get this because you are an instance admin. If it is not right, ${isAppointed ? "dismiss them" : "appoint them again"}, and look at the audit log.`,
  };
}
