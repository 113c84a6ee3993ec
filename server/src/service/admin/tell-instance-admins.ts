import { type Letter, quoted } from "../../mail/letter.ts";
import type { UserRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { tellLater } from "../email/letter-limit.ts";

/** Whoever administers an instance has few colleagues: one page holds them. */
const EVERYONE = { limit: 200, after: null };

/**
 * Writes to every active instance admin, and to the person, each at a proved address, that they were appointed or dismissed. Called after the
 * commit: a mail server that is down does not undo the change, and the audit log has it either way.
 */
export function tellInstanceAdmins(
  deps: Pick<Deps, "store" | "mailer" | "later" | "settings">,
  actor: SessionActor,
  person: UserRecord,
): void {
  const everyone = async (): Promise<readonly UserRecord[]> => {
    const filter = { query: null, instanceAdmin: true, state: "active" } as const;
    const { items } = await deps.store.reads.listUsers(filter, EVERYONE);
    return [...items.filter(({ id }) => id !== person.id), person];
  };
  tellLater(deps, actor.user.id, everyone, ({ email }) => letterTo(email, deps, actor, person));
}

function letterTo(to: string, { settings }: Pick<Deps, "settings">, actor: SessionActor, person: UserRecord): Letter {
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
        ? "You get this because it is about you. If it is not right, speak to an instance admin."
        : `You get this because you are an instance admin. If it is not right, ${isAppointed ? "dismiss them" : "appoint them again"}, and look at the audit log.`,
  };
}

/** Without a name: people choose those, and a subject is read before anything says who it is from. */
function subjectFor(isAboutReader: boolean, isAppointed: boolean): string {
  if (isAboutReader) return isAppointed ? "You are an instance admin now" : "You are no longer an instance admin";
  return isAppointed ? "An instance admin was appointed" : "An instance admin was dismissed";
}
