// Invitations: listing them, opening their links, and evaluating whether they can still be accepted.
// Rule: the link is a secret. Only its hash is stored, it is shown or mailed once, and it works once, for one address,
// for 7 days. A mailed invitation has two kinds of links that end together: a mailed one proves the address, the copied one
// does not. An invitation gives only what its issuer may still give (../grants.ts). A person becomes a member only in
// join.ts.
import { DAY_MS, type OrganizationId } from "@mintmark/core";
import { hashSecret } from "../../secrets/generate.ts";
import type { Delivery, InvitationRecord, OrganizationRecord, Page, PageRequest, Reads } from "../../store/store.ts";
import { type Actor, type Deps, refuseExternalDirectory, Refusal } from "../use-case.ts";
import { requirePermission } from "../authority.ts";
import { granterOf, mayGrant, permissionsOfGranter } from "../grants.ts";

/** How long an invitation can be accepted after it was created or sent again. */
export const INVITATION_MS = 7 * DAY_MS;

type InvitationDeps = Pick<Deps, "catalogue" | "clock" | "settings">;

const LINK_TOKEN = /^[0-9a-f]{64}$/;

/**
 * `void`: its issuer may no longer give the role, so it cannot be accepted. A member who sends it again becomes its
 * issuer.
 */
export type InvitationState = "open" | "expired" | "void";

/** An invitation that was neither accepted nor withdrawn. */
export interface ListedInvitation extends InvitationRecord {
  readonly state: InvitationState;
  /** How far its latest email has come; `null` when it has none. */
  readonly delivery: Delivery | null;
}

export interface OpenInvitation {
  readonly invitation: InvitationRecord;
  readonly organization: OrganizationRecord;
  /** Whether the link came by email, so that the person who opened it can read the mail of the address. */
  readonly isMailed: boolean;
}

/**
 * Returns the organization's invitations that were neither accepted nor withdrawn, newest first, including expired and
 * void ones.
 */
export async function listInvitations(
  deps: Deps,
  actor: Actor,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<ListedInvitation>> {
  const { reads } = deps.store;
  const { organization } = await requirePermission(deps, reads, actor, organizationId, "invitations:read");
  const { items, next } = await reads.listInvitations(organizationId, page);
  return { items: await listedInvitations(deps, reads, organization, items), next };
}

export interface InvitationPreview extends OpenInvitation {
  /** Whether the invited address has an account. Then the person signs in, otherwise they sign up. */
  readonly hasAccount: boolean;
}

/** Shows what a link leads to before anyone accepts it. Holding the link is the only condition. */
export async function previewInvitation(
  deps: Pick<Deps, "store" | "catalogue" | "clock" | "settings">,
  token: string,
): Promise<InvitationPreview> {
  refuseExternalDirectory(deps);
  const { reads } = deps.store;
  const open = await getOpenInvitation(deps, reads, token);
  return { ...open, hasAccount: (await reads.findUserByEmail(open.invitation.email)) !== null };
}

/**
 * Returns the invitation for a link's token. Refuses with `invitation_invalid` an unknown or replaced token, an
 * invitation that was withdrawn or accepted, one whose organization was deleted, and one whose issuer may no longer
 * give its role. Refuses an expired invitation with `invitation_expired`.
 */
export async function getOpenInvitation(deps: InvitationDeps, reads: Reads, token: string): Promise<OpenInvitation> {
  const found = await findByLink(reads, token);
  if (found === null) throw invitationInvalid();
  const { invitation, isMailed } = found;
  const organization = await reads.findOrganization(invitation.organizationId);
  if (organization === null) throw invitationInvalid();
  await requireOpen(deps, reads, { invitation, organization });
  return { invitation, organization, isMailed };
}

/** Returns the invitation that this token belongs to, by either of its links, in any state. */
export async function findByLink(
  reads: Reads,
  token: string,
): Promise<Pick<OpenInvitation, "invitation" | "isMailed"> | null> {
  if (!LINK_TOKEN.test(token)) return null;
  const hash = hashSecret(token);
  const copied = await reads.findInvitationByHash(hash);
  if (copied !== null) return { invitation: copied, isMailed: false };
  const mailed = await reads.findInvitationByMailedHash(hash);
  return mailed === null ? null : { invitation: mailed, isMailed: true };
}

/**
 * Refuses an invitation that can no longer be accepted. In a transaction, lock the organization and the granter before.
 */
export async function requireOpen(
  deps: InvitationDeps,
  reads: Reads,
  { invitation, organization }: Pick<OpenInvitation, "invitation" | "organization">,
): Promise<void> {
  if (invitation.acceptedAt !== null || invitation.withdrawnAt !== null) throw invitationInvalid();
  const state = await stateOf(deps, reads, organization, invitation);
  if (state === "open") return;
  if (state === "void") throw invitationInvalid();
  throw new Refusal(
    "invitation_expired",
    "The invitation has expired. Ask the person who invited you to send it again: the new link works for 7 days.",
  );
}

/** Returns whether a pending invitation of this organization can be accepted now, or why it cannot. */
export async function stateOf(
  deps: InvitationDeps,
  reads: Reads,
  organization: OrganizationRecord,
  invitation: InvitationRecord,
): Promise<InvitationState> {
  const permissions = await permissionsOfGranter(deps, reads, organization, granterOf(invitation));
  return stateFor(deps, invitation, permissions);
}

/** The same for many invitations. Evaluates each issuer once. */
export async function listedInvitations(
  deps: InvitationDeps,
  reads: Reads,
  organization: OrganizationRecord,
  invitations: readonly InvitationRecord[],
): Promise<readonly ListedInvitation[]> {
  const evaluated = new Map<string, Promise<readonly string[]>>();
  const deliveries = await reads.findEmailDeliveries(invitations.map(({ id }) => id));
  return Promise.all(
    invitations.map(async (invitation) => {
      const granter = granterOf(invitation);
      const permissions = evaluated.get(granter.id) ?? permissionsOfGranter(deps, reads, organization, granter);
      evaluated.set(granter.id, permissions);
      const state = stateFor(deps, invitation, await permissions);
      return { ...invitation, state, delivery: deliveries.get(invitation.id) ?? null };
    }),
  );
}

function stateFor(
  deps: InvitationDeps,
  { role, expiresAt }: InvitationRecord,
  issuerMay: readonly string[],
): InvitationState {
  if (!mayGrant(deps.catalogue, issuerMay, { needs: "invitations:write", role })) return "void";
  return expiresAt > deps.clock() ? "open" : "expired";
}

/** Builds one refusal for every reason: what happened to an invitation concerns only the organization. */
export function invitationInvalid(): Refusal {
  return new Refusal(
    "invitation_invalid",
    "The link is incomplete, was used or withdrawn, or its sender may no longer invite people. Open the newest link that you received, or ask for another.",
  );
}
