// Links to set a new password, for a person who forgot theirs and gets no email from the instance.
// Rule: the maker of a link could use it, so no link is made secretly. The audit event names its maker, the person gets a
// notice (from-events.ts) and an email, and the use of the link is reported too. It does not confirm the address. It stops
// working when its maker is no longer an instance admin. Only the command on the host makes one for an instance admin.
// Deliberately absent: setting a password for somebody, and showing a link again.
import type { Secret, UserId } from "@mintmark/core";
import type { Store, Transaction, UserRecord } from "../../store/store.ts";
import {
  authorOf,
  type Deps,
  type EventOrigin,
  eventOf,
  notFound,
  OPERATOR,
  refuseExternalDirectory,
  Refusal,
  type SessionActor,
  requirePasswordHere,
} from "../use-case.ts";
import { requireInstanceAdmin, requireRecentSession } from "../authority.ts";
import { EMAIL_LINK_MS, issueEmailLink } from "../account/email-link.ts";
import { requireEmail } from "../input.ts";
import { limitPerson } from "../limits/limits.ts";

export interface ResetLink {
  readonly user: UserRecord;
  /** The secret part of the link. */
  readonly link: Secret;
  readonly expiresAt: number;
}

/**
 * Makes a link with which the person sets a new password, and ends their earlier ones. Needs a recent password. The link
 * works once, for an hour. Refuses for a suspended person and for an instance admin, and for everybody where the host
 * manages the directory: only instance admins have a password there.
 */
export async function createResetLink(
  deps: Pick<Deps, "store" | "clock" | "settings">,
  actor: SessionActor,
  id: UserId,
): Promise<ResetLink> {
  refuseExternalDirectory(deps);
  requireRecentSession(deps, actor);
  await limitPerson(deps, "resetLink", actor.user.id);
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    const user = await tx.lockUser(id);
    await requireInstanceAdmin(deps, tx, actor);
    if (user === null || user.deletedAt !== null) throw notFound();
    if (user.instanceAdminAt !== null) throw instanceAdminProtected(user, actor);
    return issue(tx, user, { by: authorOf(actor), issuedBy: actor.user.id, at: deps.clock() });
  });
}

/**
 * The same for a person who can run commands on the host. They could change the database itself, so this also makes a
 * link for an instance admin. Returns `null` when no account has the address.
 */
export async function createResetLinkOnHost(
  deps: Pick<Deps, "clock" | "settings"> & { readonly store: Pick<Store, "transaction" | "reads"> },
  input: { readonly email: string },
): Promise<ResetLink | null> {
  const found = await deps.store.reads.findUserByEmail(requireEmail(input.email));
  if (found === null) return null;
  return deps.store.transaction(async (tx) => {
    const user = await tx.lockUser(found.id);
    if (user === null || user.deletedAt !== null) return null;
    requirePasswordHere(deps, user);
    return issue(tx, user, { by: OPERATOR, issuedBy: "host", at: deps.clock() });
  });
}

interface Making {
  readonly by: EventOrigin;
  readonly issuedBy: UserId | "host";
  readonly at: number;
}

async function issue(tx: Transaction, user: UserRecord, { by, issuedBy, at }: Making): Promise<ResetLink> {
  if (user.suspendedAt !== null) {
    throw new Refusal(
      "person_suspended",
      `"${user.name}" is suspended and could not sign in with a new password. Reinstate them first.`,
    );
  }
  const expiresAt = at + EMAIL_LINK_MS;
  await tx.endEmailLinks("reset_password", user.id);
  const link = await issueEmailLink(tx, "reset_password", user, at, issuedBy);
  await tx.insertAuditEvents([
    eventOf(by, {
      at,
      organizationId: null,
      action: "user.reset_link_created",
      target: { kind: "user", id: user.id, name: user.name },
      details: { expiresAt },
    }),
  ]);
  return { user, link, expiresAt };
}

function instanceAdminProtected(user: UserRecord, actor: SessionActor): Refusal {
  return new Refusal(
    "instance_admin_protected",
    user.id === actor.user.id
      ? "Change your own password on your profile. If you forgot it, run `mintmark-server password-reset` on the server."
      : `"${user.name}" is an instance admin, and no instance admin may take over the account of another. Dismiss them first, or run \`mintmark-server password-reset\` on the server.`,
  );
}
