import type { InvitationId, OrganizationId, Secret } from "@mintmark/core";
import { type Letter, MailUnavailable, quoted } from "../../mail/email.ts";
import { hashSecret, newId, newLinkSecret } from "../../secrets/generate.ts";
import {
  Conflict,
  type InvitationLinks,
  type InvitationRecord,
  type OrganizationRecord,
  type Page,
  type PageRequest,
  type Transaction,
} from "../../store/store.ts";
import { type Actor, eventBy } from "../actor.ts";
import { requireCoversRole, requireKnownRole, requireRecentPassword } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { issuerOf, withdrawnEvent } from "../grants.ts";
import { requireEmail } from "../input.ts";
import { requireRoom } from "../limits/attempts.ts";
import { causeOf } from "../limits/emails.ts";
import { lockWithPermission, refusePersonal } from "../locks.ts";
import { notFound, Refusal } from "../refusal.ts";
import { INVITATION_MS, invitationInvalid, type ListedInvitation, listedInvitations, stateOf } from "./invitation.ts";

/** An invitation, the token of the link to copy, which exists in plaintext in this answer only, and whether a letter went out. */
export interface IssuedInvitation {
  readonly invitation: ListedInvitation;
  readonly link: Secret;
  readonly delivery: Delivery;
}

/** Invitations that nobody can accept any more and that make room together. */
const DEAD_AT_ONCE = 100;

export interface InvitationInput {
  readonly organizationId: OrganizationId;
  readonly email: string;
  readonly role: string;
  /** `false`: no letter, the link is handed over by hand. */
  readonly mail?: boolean | undefined;
}

/**
 * Invites an address to a role that the caller covers, for 7 days. Refuses a member's address, and one
 * that has an invitation that can still be accepted; one that cannot is withdrawn and replaced.
 * Where mail is configured the address gets a letter, after the commit.
 */
export async function createInvitation(deps: Deps, actor: Actor, input: InvitationInput): Promise<IssuedInvitation> {
  const email = requireEmail(input.email);
  const made = await makeInvitation(deps, actor, { ...input, email });
  return { ...made, delivery: await mailInvitation(deps, actor, made) };
}

async function makeInvitation(deps: Deps, actor: Actor, input: InvitationInput): Promise<MadeInvitation> {
  const { email } = input;
  try {
    return await deps.store.transaction(async (tx) => {
      const { organizationId, role } = input;
      const authority = await lockWithPermission(deps, tx, actor, organizationId, "exclusive", "invitations:write");
      refusePersonal(authority.organization);
      requireKnownRole(deps.catalogue, role);
      requireCoversRole(deps.catalogue, authority, role);
      requireRecentPassword(deps, actor, { kind: "powerful-role", role });
      await refuseMember(tx, organizationId, email);
      await replaceDead(deps, tx, actor, authority.organization, email);
      await makeRoom(deps, tx, actor, authority.organization);
      const mailedLink = linkForLetter(deps, input);
      const content = {
        organizationId,
        email,
        role,
        ...issuerOf(actor, authority),
      };
      const made = await insertInvitation(deps, tx, actor, content, mailedLink);
      return { ...made, organizationName: authority.organization.name, mailedLink };
    });
  } catch (error) {
    // Two people invited the same address at the same moment: the schema lets one of them through.
    if (error instanceof Conflict && error.rule === "pending_invitation") throw alreadyInvited(email);
    throw error;
  }
}

/** The second link of an invitation, when a letter is to be sent. */
function linkForLetter(
  { mailer }: Pick<Deps, "mailer">,
  { mail }: { readonly mail?: boolean | undefined },
): Secret | null {
  return mailer === null || mail === false ? null : newLinkSecret();
}

function linksOf(link: Secret, mailedLink: Secret | null): InvitationLinks {
  return { hash: hashSecret(link), mailedHash: mailedLink === null ? null : hashSecret(mailedLink) };
}

async function refuseMember(tx: Transaction, organizationId: OrganizationId, email: string): Promise<void> {
  const user = await tx.findUserByEmail(email);
  if (user === null || (await tx.findMembership(organizationId, user.id)) === null) return;
  throw new Refusal("already_member", `${email} belongs to a member already. Change their role instead.`);
}

async function replaceDead(
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
 * Invitations whose time is over, or whose issuer may no longer give them, make room for a new one; those that can be
 * accepted do not. So nobody who lost their authority leaves an organization without room.
 */
async function makeRoom(deps: Deps, tx: Transaction, actor: Actor, organization: OrganizationRecord): Promise<void> {
  const { id: organizationId } = organization;
  const at = deps.clock();
  const limit = "invitationsOfOrganization";
  if ((await tx.countToward(limit, organizationId, at)) < deps.settings.limits[limit]) return;
  const expired = await tx.withdrawExpiredInvitations(organizationId, at, DEAD_AT_ONCE);
  const ungiven = expired.length > 0 ? [] : await voidInvitations(deps, tx, organization);
  for (const { id } of ungiven) await tx.withdrawInvitation(id, at);
  await tx.insertAuditEvents([...expired, ...ungiven].map((invitation) => withdrawnEvent(actor, invitation, at)));
  await requireRoom(deps, tx, limit, organizationId);
}

/** Some of those whose issuer may no longer give them. Reads no more than an organization can have. */
async function voidInvitations(
  deps: Deps,
  tx: Transaction,
  organization: OrganizationRecord,
): Promise<readonly InvitationRecord[]> {
  const found: InvitationRecord[] = [];
  let after: PageRequest["after"] = null;
  do {
    const page: Page<InvitationRecord> = await tx.listInvitations(organization.id, { limit: DEAD_AT_ONCE, after });
    const listed = await listedInvitations(deps, tx, organization, page.items);
    found.push(...listed.filter(({ state }) => state === "void"));
    after = page.next;
  } while (after !== null && found.length < DEAD_AT_ONCE);
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
  mailedLink: Secret | null,
): Promise<Pick<MadeInvitation, "invitation" | "link">> {
  const link = newLinkSecret();
  const createdAt = deps.clock();
  const invitation = {
    ...content,
    id: newId("invitation"),
    createdAt,
    expiresAt: createdAt + INVITATION_MS,
  };
  await tx.insertInvitation({ ...invitation, ...linksOf(link, mailedLink) });
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
 * Gives an invitation new links and another 7 days, also one whose time was over; the old links, copied and mailed,
 * are dead when this returns. A new link is a new invitation in all but its id: the caller must cover its role, and
 * from then on it rests on their authority.
 * Where mail is configured the new link is mailed, unless `mail` is false.
 */
export async function resendInvitation(
  deps: Deps,
  actor: Actor,
  input: InvitationPath & { readonly mail?: boolean | undefined },
): Promise<IssuedInvitation> {
  const made = await deps.store.transaction(async (tx): Promise<MadeInvitation> => {
    const authority = await lockWithPermission(deps, tx, actor, input.organizationId, "shared", "invitations:write");
    const invitation = await lockOwnInvitation(tx, input);
    if (invitation.withdrawnAt !== null) throw invitationInvalid();
    requireCoversRole(deps.catalogue, authority, invitation.role);
    requireRecentPassword(deps, actor, { kind: "powerful-role", role: invitation.role });
    const link = newLinkSecret();
    const at = deps.clock();
    const expiresAt = at + INVITATION_MS;
    const mailedLink = linkForLetter(deps, input);
    const issuer = issuerOf(actor, authority);
    await tx.renewInvitation(invitation.id, { ...linksOf(link, mailedLink), ...issuer, expiresAt });
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: input.organizationId,
        action: "invitation.resent",
        target: { kind: "invitation", id: invitation.id, name: invitation.email },
        details: { role: invitation.role, expiresAt },
      }),
    ]);
    const organizationName = authority.organization.name;
    return { invitation: { ...invitation, ...issuer, expiresAt, state: "open" }, organizationName, link, mailedLink };
  });
  return { ...made, delivery: await mailInvitation(deps, actor, made) };
}

export interface InvitationPath {
  readonly organizationId: OrganizationId;
  readonly invitationId: InvitationId;
}

/** Withdraws an invitation: its link is dead when this returns. Repeating it changes nothing. */
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

/** The organization's invitation, locked; refuses one that was accepted, for what it gave is a membership now. */
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

/** What an invitation is, and its links, which exist in plaintext in this value only. */
interface MadeInvitation {
  readonly invitation: ListedInvitation;
  readonly organizationName: string;
  /** To copy. */
  readonly link: Secret;
  /** For the letter; `null` when none is to be sent. */
  readonly mailedLink: Secret | null;
}

/** Whether the letter was taken by the mail server, and otherwise why there is none. */
type Delivery =
  | { readonly mailed: true; readonly mailProblem: null }
  | { readonly mailed: false; readonly mailProblem: "off" | "not_wanted" | "too_many" | "not_taken" };

/**
 * Mails an invitation that is committed. That it cannot be mailed never undoes the invitation: its link can be
 * copied, and the answer says so.
 */
async function mailInvitation(
  deps: Pick<Deps, "settings" | "mailer">,
  actor: Actor,
  { invitation, organizationName, mailedLink }: MadeInvitation,
): Promise<Delivery> {
  const { mailer } = deps;
  if (mailer === null) return { mailed: false, mailProblem: "off" };
  if (mailedLink === null) return { mailed: false, mailProblem: "not_wanted" };
  const { send } = await mailer.admit({ kind: "invitation", to: invitation.email, by: causeOf(actor) });
  if (send === null) return { mailed: false, mailProblem: "too_many" };
  try {
    await send(invitationLetter(deps, invitation, organizationName, mailedLink));
    return { mailed: true, mailProblem: null };
  } catch (error) {
    if (!(error instanceof MailUnavailable)) throw error;
    return { mailed: false, mailProblem: "not_taken" };
  }
}

// Names are chosen by people, so none is in the subject, where it could speak for the instance.
function invitationLetter(
  { settings }: Pick<Deps, "settings">,
  invitation: ListedInvitation,
  organizationName: string,
  link: Secret,
): Letter {
  return {
    to: invitation.email,
    subject: "You are invited to join an organization",
    paragraphs: [
      `${quoted(invitation.invitedBy.name)} invites you to join the organization ${quoted(organizationName)} at ${settings.baseUrl}, with the role ${invitation.role}.`,
      "The link shows what you would join before you accept. It works once, for 7 days, and for this address only.",
    ],
    action: { label: "See the invitation", url: `${settings.baseUrl}/invitation#token=${link.expose()}` },
    reason: "You get this because someone invited this address. If you do not expect it, do nothing.",
  };
}
