// Creating, sending again and withdrawing invitations.
// Rule: the caller must cover the role of an invitation when they create it and when they send it again. An invitation
// that cannot be mailed is still valid: the response contains its link to copy.
import type { InvitationId, OrganizationId, Secret } from "@mintmark/core";
import { hashSecret, newId, newLinkSecret } from "../../secrets/generate.ts";
import {
  Conflict,
  type InvitationRecord,
  type InvitationRenewal,
  type OrganizationRecord,
  type Page,
  type PageRequest,
  type Transaction,
} from "../../store/store.ts";
import { type Actor, type Deps, eventBy, notFound, refuseExternalDirectory, Refusal } from "../use-case.ts";
import {
  lockWithPermission,
  refusePersonal,
  requireCoversRole,
  requireKnownRole,
  requireRecentPassword,
} from "../authority.ts";
import { issuerOf, withdrawnEvent } from "../grants.ts";
import { requireEmail } from "../input.ts";
import { requireRoom } from "../limits/limits.ts";
import { INVITATION_MS, invitationInvalid, type ListedInvitation, listedInvitations, stateOf } from "./invitation.ts";
import { endMailedLinks, type IssuedInvitation, queueInvitation } from "./mail.ts";

/** How many invitations that nobody can accept any more are withdrawn together to make room. */
const UNUSABLE_AT_ONCE = 100;

export interface InvitationInput {
  readonly organizationId: OrganizationId;
  readonly email: string;
  readonly role: string;
  /** `false` sends no email: the caller passes the link on. */
  readonly mail?: boolean | undefined;
}

/**
 * Invites an address for 7 days, to a role that the caller covers. Refuses a member's address, and one with an
 * invitation that can still be accepted; an invitation that cannot is withdrawn and replaced. Where mail is configured,
 * an email is queued.
 */
export async function createInvitation(deps: Deps, actor: Actor, input: InvitationInput): Promise<IssuedInvitation> {
  refuseExternalDirectory(deps);
  const email = requireEmail(input.email);
  try {
    return await deps.store.transaction(async (tx) => {
      const { organizationId, role } = input;
      const authority = await lockWithPermission(deps, tx, actor, organizationId, "exclusive", "invitations:write");
      refusePersonal(authority.organization);
      requireKnownRole(deps.catalogue, role);
      requireCoversRole(deps.catalogue, authority, role);
      requireRecentPassword(deps, actor, { kind: "powerful-role", role });
      await refuseMember(tx, organizationId, email);
      await replaceUnusable(deps, tx, actor, authority.organization, email);
      await makeRoom(deps, tx, actor, authority.organization);
      const content = {
        organizationId,
        email,
        role,
        ...issuerOf(actor, authority),
      };
      const made = await insertInvitation(deps, tx, actor, content);
      const mailProblem = await queueInvitation(deps, tx, actor, {
        ...made.invitation,
        mail: input.mail,
        at: deps.clock(),
      });
      return issued(made, mailProblem);
    });
  } catch (error) {
    // Two people invited the same address at the same moment, and the schema allows only one of them.
    if (error instanceof Conflict && error.rule === "pending_invitation") throw alreadyInvited(email);
    throw error;
  }
}

interface Made {
  readonly invitation: Omit<ListedInvitation, "delivery">;
  readonly link: Secret;
}

function issued({ invitation, link }: Made, mailProblem: IssuedInvitation["mailProblem"]): IssuedInvitation {
  return { invitation: { ...invitation, delivery: mailProblem === null ? "queued" : null }, link, mailProblem };
}

async function refuseMember(tx: Transaction, organizationId: OrganizationId, email: string): Promise<void> {
  const user = await tx.findUserByEmail(email);
  if (user === null || (await tx.findMembership(organizationId, user.id)) === null) return;
  throw new Refusal("already_member", `${email} already belongs to a member. Change their role instead.`);
}

async function replaceUnusable(
  deps: Deps,
  tx: Transaction,
  actor: Actor,
  organization: OrganizationRecord,
  email: string,
): Promise<void> {
  const pending = await tx.findPendingInvitation(organization.id, email);
  if (pending === null) return;
  const at = deps.clock();
  if ((await stateOf(deps, tx, organization, pending)) === "open") throw alreadyInvited(email);
  await tx.withdrawInvitation(pending.id, at);
  await tx.insertAuditEvents([withdrawnEvent(actor, pending, at)]);
}

/**
 * Withdraws expired and void invitations when the bound is reached, to make room for a new one. Keeps invitations that
 * can be accepted. So a person who lost their authority cannot leave the organization without room.
 */
async function makeRoom(deps: Deps, tx: Transaction, actor: Actor, organization: OrganizationRecord): Promise<void> {
  const { id: organizationId } = organization;
  const at = deps.clock();
  const limit = "invitationsOfOrganization";
  if ((await tx.countToward(limit, organizationId, at)) < deps.settings.bounds[limit]) return;
  const expired = await tx.withdrawExpiredInvitations(organizationId, at, UNUSABLE_AT_ONCE);
  const ungiven = expired.length > 0 ? [] : await voidInvitations(deps, tx, organization);
  for (const { id } of ungiven) await tx.withdrawInvitation(id, at);
  await tx.insertAuditEvents([...expired, ...ungiven].map((invitation) => withdrawnEvent(actor, invitation, at)));
  await requireRoom(deps, tx, limit, organizationId);
}

/** Returns some invitations whose issuer may no longer give their role. Reads no more than an organization can have. */
async function voidInvitations(
  deps: Deps,
  tx: Transaction,
  organization: OrganizationRecord,
): Promise<readonly InvitationRecord[]> {
  const found: InvitationRecord[] = [];
  let after: PageRequest["after"] = null;
  do {
    const page: Page<InvitationRecord> = await tx.listInvitations(organization.id, { limit: UNUSABLE_AT_ONCE, after });
    const listed = await listedInvitations(deps, tx, organization, page.items);
    found.push(...listed.filter(({ state }) => state === "void"));
    after = page.next;
  } while (after !== null && found.length < UNUSABLE_AT_ONCE);
  return found;
}

function alreadyInvited(email: string): Refusal {
  return new Refusal(
    "already_invited",
    `${email} has an invitation that is still open. Send that one again, or withdraw it first.`,
  );
}

async function insertInvitation(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: Actor,
  content: Omit<InvitationRecord, "id" | "createdAt" | "expiresAt" | "acceptedAt" | "withdrawnAt">,
): Promise<Made> {
  const link = newLinkSecret();
  const createdAt = deps.clock();
  const invitation = {
    ...content,
    id: newId("invitation"),
    createdAt,
    expiresAt: createdAt + INVITATION_MS,
  };
  await tx.insertInvitation({ ...invitation, hash: hashSecret(link) });
  await tx.insertAuditEvents([
    eventBy(actor, {
      at: createdAt,
      organizationId: content.organizationId,
      action: "member.invited",
      target: { kind: "invitation", id: invitation.id, name: content.email },
      details: { role: content.role, expiresAt: invitation.expiresAt },
    }),
  ]);
  return { invitation: { ...invitation, acceptedAt: null, withdrawnAt: null, state: "open" }, link };
}

/**
 * Gives an invitation a new link to copy and another 7 days, even if it has expired. When this returns, the old link to
 * copy no longer works. A new link is like a new invitation: the caller must cover its role and becomes its issuer.
 * Where mail is configured, another email is queued; earlier emailed links work until the mail server has accepted it.
 * With `mail: false` they end at once.
 */
export async function resendInvitation(
  deps: Deps,
  actor: Actor,
  input: InvitationPath & { readonly mail?: boolean | undefined },
): Promise<IssuedInvitation> {
  refuseExternalDirectory(deps);
  return deps.store.transaction(async (tx): Promise<IssuedInvitation> => {
    const authority = await lockWithPermission(deps, tx, actor, input.organizationId, "shared", "invitations:write");
    const invitation = await lockOwnInvitation(tx, input);
    if (invitation.withdrawnAt !== null) throw invitationInvalid();
    requireCoversRole(deps.catalogue, authority, invitation.role);
    requireRecentPassword(deps, actor, { kind: "powerful-role", role: invitation.role });
    const link = newLinkSecret();
    const at = deps.clock();
    const expiresAt = at + INVITATION_MS;
    const issuer = issuerOf(actor, authority);
    const renewal: InvitationRenewal = { hash: hashSecret(link), ...issuer, expiresAt };
    await tx.renewInvitation(invitation.id, renewal);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: input.organizationId,
        action: "invitation.resent",
        target: { kind: "invitation", id: invitation.id, name: invitation.email },
        details: { role: invitation.role, expiresAt },
      }),
    ]);
    const mailProblem = await queueInvitation(deps, tx, actor, { ...invitation, mail: input.mail, at });
    // A person who passes the new link on personally wants no other one to work.
    if (mailProblem === "not_wanted" || mailProblem === "off") await endMailedLinks(tx, invitation.id, at);
    return issued({ invitation: { ...invitation, ...issuer, expiresAt, state: "open" }, link }, mailProblem);
  });
}

export interface InvitationPath {
  readonly organizationId: OrganizationId;
  readonly invitationId: InvitationId;
}

/** Withdraws an invitation. When this returns, its links no longer work. Repeating it changes nothing. */
export function withdrawInvitation(deps: Deps, actor: Actor, input: InvitationPath): Promise<void> {
  return deps.store.transaction(async (tx) => {
    await lockWithPermission(deps, tx, actor, input.organizationId, "shared", "invitations:write");
    const invitation = await lockOwnInvitation(tx, input);
    if (invitation.withdrawnAt !== null) return;
    const at = deps.clock();
    await tx.withdrawInvitation(invitation.id, at);
    await tx.insertAuditEvents([withdrawnEvent(actor, invitation, at)]);
  });
}

/** Locks the organization's invitation. Refuses an accepted one: it has become a membership. */
async function lockOwnInvitation(
  tx: Transaction,
  { organizationId, invitationId }: InvitationPath,
): Promise<InvitationRecord> {
  const found = await tx.findInvitation(organizationId, invitationId);
  const invitation = found === null ? null : await tx.lockInvitation(invitationId);
  if (invitation === null) throw notFound();
  if (invitation.acceptedAt === null) return invitation;
  throw new Refusal(
    "already_member",
    `${invitation.email} has accepted this invitation. Change or remove the member instead.`,
  );
}
