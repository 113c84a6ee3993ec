import type { OrganizationId, Secret } from "@mintmark/core";
import { newId, newLinkSecret } from "../../secrets/generate.ts";
import { hashSecret } from "../../secrets/hash.ts";
import {
  Conflict,
  type InvitationLinks,
  type InvitationRecord,
  type OrganizationRecord,
  type Page,
  type PageRequest,
  type Transaction,
} from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { requireCoversRole, requireKnownRole, requireRecentPassword } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { issuerOf } from "../granter.ts";
import { requireEmail } from "../input.ts";
import { requireRoom } from "../limits.ts";
import { lockWithPermission, refusePersonal } from "../organization/lock-organization.ts";
import { Refusal } from "../refusal.ts";
import { INVITATION_MS, type ListedInvitation, listedInvitations, stateOf } from "./find-invitation.ts";
import { type Delivery, type MadeInvitation, mailInvitation } from "./mail-invitation.ts";
import { withdrawnEvent } from "./withdraw-invitation.ts";

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
export function linkForLetter(
  { mailer }: Pick<Deps, "mailer">,
  { mail }: { readonly mail?: boolean | undefined },
): Secret | null {
  return mailer === null || mail === false ? null : newLinkSecret();
}

export function linksOf(link: Secret, mailedLink: Secret | null): InvitationLinks {
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
