import { type Letter, quoted } from "../../mail/letter.ts";
import type { OrganizationRecord, UserRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { tellLater } from "../email/letter-limit.ts";

/**
 * Writes to every active owner of the organization whose address is proved, the new one included, that an instance admin has appointed one.
 * Called after the commit: a mail server that is down does not undo the change, and the audit log has it either way.
 */
export function tellOwners(
  deps: Pick<Deps, "store" | "clock" | "mailer" | "later" | "settings">,
  actor: SessionActor,
  organization: OrganizationRecord,
  appointed: UserRecord,
): void {
  const everyone = async (): Promise<readonly UserRecord[]> => {
    const owners = await deps.store.reads.listOwners(organization.id, deps.clock());
    return owners
      .filter(({ suspendedAt, user }) => suspendedAt === null && user.suspendedAt === null)
      .map(({ user }) => user);
  };
  tellLater(deps, actor.user.id, everyone, (owner) => letterTo(owner, deps, actor, organization, appointed));
}

function letterTo(
  { id, email }: UserRecord,
  { settings }: Pick<Deps, "settings">,
  actor: SessionActor,
  organization: OrganizationRecord,
  appointed: UserRecord,
): Letter {
  const isAppointed = id === appointed.id;
  const [name, owned, by] = [quoted(appointed.name), quoted(organization.name), quoted(actor.user.name)];
  const who = isAppointed ? "you" : `${name} (${appointed.email})`;
  return {
    to: email,
    // Without a name: people choose those, and a subject is read before anything says who it is from.
    subject: isAppointed ? "You are an owner of an organization now" : "An owner of your organization was appointed",
    paragraphs: [
      `${by}, an instance admin of ${settings.baseUrl}, has made ${who} an owner of ${owned}.`,
      "Owners manage its members, tokens, API keys and policy. The organization's audit log records the appointment.",
    ],
    action: { label: "See its members", url: `${settings.baseUrl}/organization/members` },
    reason: isAppointed
      ? "You get this because it is about you. You can leave the organization, once it has another owner."
      : "You get this because you are an owner of the organization. If it is not right, speak to an instance admin.",
  };
}
