// Invitations: made, sent again, withdrawn, looked at, accepted.
// Rule: the link is the secret. Only its hash is stored, it is answered or mailed once, and it works for one
// address, for 7 days, and once. An invitation that is mailed has two links that die together: the one in the letter
// proves the address, the one that is shown to be copied proves nothing. A person becomes a member by `joinByInvitation` and no other way, whether they are
// signed in or sign up with the link. An invitation is worth what its issuer may still give: ../grants.ts.
import { DAY_MS, type OrganizationId } from "@mintmark/core";
import { hashSecret } from "../../secrets/generate.ts";
import type { InvitationRecord, OrganizationRecord, Page, PageRequest, Reads } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { granterOf, mayGrant, permissionsOfGranter } from "../grants.ts";
import { Refusal } from "../refusal.ts";

/** How long an invitation can be accepted after it was made or resent. */
export const INVITATION_MS = 7 * DAY_MS;

type InvitationDeps = Pick<Deps, "catalogue" | "clock" | "settings">;

const LINK_TOKEN = /^[0-9a-f]{64}$/;

/** `void`: its issuer may no longer give the role, so it cannot be accepted; sent again, it rests on who sends it. */
export type InvitationState = "open" | "expired" | "void";

/** An invitation that was neither accepted nor withdrawn, as lists show it. */
export interface ListedInvitation extends InvitationRecord {
  readonly state: InvitationState;
}

export interface OpenInvitation {
  readonly invitation: InvitationRecord;
  readonly organization: OrganizationRecord;
  /** Whether the link came by mail, so that whoever opened it reads the mail of the address. */
  readonly isMailed: boolean;
}

/**
 * The invitation that a link's token opens. Refuses with `invitation_invalid` a token that is unknown or
 * was replaced, and an invitation that was withdrawn or accepted, whose organization is gone, or whose issuer may no
 * longer give its role; with `invitation_expired` one whose time is over.
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

/** The invitation that this token leads to now, by either of its links, whatever its state. */
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

/** Refuses an invitation that can no longer be accepted. In a transaction, lock the organization and the granter first. */
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
    "The invitation's time is over. Ask whoever invited you to send it again: the new link is good for 7 days.",
  );
}

/** Whether a pending invitation of this organization can be accepted now, and otherwise why not. */
export async function stateOf(
  deps: InvitationDeps,
  reads: Reads,
  organization: OrganizationRecord,
  invitation: InvitationRecord,
): Promise<InvitationState> {
  const permissions = await permissionsOfGranter(deps, reads, organization, granterOf(invitation));
  return judgedState(deps, invitation, permissions);
}

/** The same for many, each issuer judged once. */
export function listedInvitations(
  deps: InvitationDeps,
  reads: Reads,
  organization: OrganizationRecord,
  invitations: readonly InvitationRecord[],
): Promise<readonly ListedInvitation[]> {
  const judged = new Map<string, Promise<readonly string[]>>();
  return Promise.all(
    invitations.map(async (invitation) => {
      const granter = granterOf(invitation);
      const permissions = judged.get(granter.id) ?? permissionsOfGranter(deps, reads, organization, granter);
      judged.set(granter.id, permissions);
      return { ...invitation, state: judgedState(deps, invitation, await permissions) };
    }),
  );
}

function judgedState(
  deps: InvitationDeps,
  { role, expiresAt }: InvitationRecord,
  issuerMay: readonly string[],
): InvitationState {
  if (!mayGrant(deps.catalogue, issuerMay, { needs: "invitations:write", role })) return "void";
  return expiresAt > deps.clock() ? "open" : "expired";
}

/** One sentence for every reason: what became of an invitation concerns the organization only. */
export function invitationInvalid(): Refusal {
  return new Refusal(
    "invitation_invalid",
    "The link is incomplete, was used or withdrawn, or its sender may no longer invite. Open the newest link you were sent, or ask for another.",
  );
}

/** The organization's invitations that were neither accepted nor withdrawn, newest first, expired and void ones included. */
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
  /** Whether the invited address has an account: then the person signs in, else they sign up. */
  readonly hasAccount: boolean;
}

/** What a link leads to, before anything is accepted. Whoever holds the link may know; it is the only key to this. */
export async function previewInvitation(
  deps: Pick<Deps, "store" | "catalogue" | "clock" | "settings">,
  token: string,
): Promise<InvitationPreview> {
  const { reads } = deps.store;
  const open = await getOpenInvitation(deps, reads, token);
  return { ...open, hasAccount: (await reads.findUserByEmail(open.invitation.email)) !== null };
}
