// The actions on a member that the signed-in person may choose. The server decides. The menu only hides actions that
// it would refuse.
import { missingPermissions } from "@mintmark/core";
import type { OffboardingMode } from "../../api/member.ts";
import type {
  Invitation,
  IssuedInvitation,
  Member,
  Offboarding,
  OffboardingPreview,
  OrganizationMembership,
  RoleInfo,
} from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { isolated } from "../../ui/text.ts";

export type MemberAction = "change-role" | "suspend" | "reinstate" | "remove" | "leave";

/** A person cannot manage a member whose role exceeds their own, and cannot suspend or promote themselves. */
export function memberActions(
  organization: Pick<OrganizationMembership, "membershipId" | "permissions" | "state" | "personal">,
  member: Pick<Member, "id" | "role" | "state">,
  roles: readonly RoleInfo[],
): MemberAction[] {
  if (organization.personal) return [];
  if (member.id === organization.membershipId) return ["leave"];
  if (!can(organization, "members:write")) return [];
  const theirs = roles.find(({ name }) => name === member.role)?.permissions ?? [];
  if (missingPermissions(theirs, organization.permissions).length > 0) return [];
  return ["change-role", member.state === "active" ? "suspend" : "reinstate", "remove"];
}

/** The delivery of an invitation's email in a sentence. */
export function deliveryText({ email, mailProblem }: Pick<IssuedInvitation, "email" | "mailProblem">): string {
  switch (mailProblem) {
    case null:
      return `An email with another link is on its way to ${email}. The list of pending invitations shows when the mail server has accepted it.`;
    case "off":
    case "not_wanted":
      return "Send this link to them. It works once, for this address only, and is shown only now.";
    case "too_many":
      return `The invitation was created, but no email was sent: there were too many to ${email} or from you within an hour. Send this link to them yourself. It is shown only now.`;
  }
}

/** How far the email of a pending invitation has come; `null` where there is nothing to say. */
export function deliveryBadge(
  delivery: Invitation["delivery"],
): { readonly tone: "neutral" | "warning"; readonly text: string } | null {
  switch (delivery) {
    case "queued":
      return { tone: "neutral", text: "Email queued" };
    case "refused":
      return { tone: "warning", text: "Email not delivered" };
    default:
      return null;
  }
}

// The effects of an offboarding in words.

/** "1 token", "3 tokens", "no token". */
export function countOf(count: number, noun: string): string {
  if (count === 0) return `no ${noun}`;
  return count === 1 ? `1 ${noun}` : `${count.toLocaleString("en")} ${noun}s`;
}

const REFUSALS: Readonly<Record<string, string>> = {
  last_owner: "They are the last active owner. Make another member an owner first.",
  role_exceeds_caller: "Their role holds permissions that you do not have. Ask someone who has them, such as an owner.",
  self_suspension: "You cannot suspend yourself. Leave the organization instead.",
  session_required: "This needs a signed-in browser.",
  directory_external: "The host product manages the members of this organization. Do it there.",
};

/** The reason why the offboarding would be refused, or `null`. */
export function refusalText({ refusedBy }: Pick<OffboardingPreview, "refusedBy">): string | null {
  if (refusedBy === null) return null;
  return REFUSALS[refusedBy] ?? `The server would refuse it now (${refusedBy}).`;
}

/** The effect on the member's tokens, as the heading of their list. */
export function tokensText({ tokens, member }: Pick<OffboardingPreview, "tokens" | "member">): string {
  const count = countOf(tokens.count, "token");
  if (tokens.count === 0) return `${isolated(member.user.name)} has no token here.`;
  return tokens.effect === "revoked"
    ? `${capital(count)} ${tokens.count === 1 ? "is" : "are"} revoked at once, permanently.`
    : `${capital(count)} ${tokens.count === 1 ? "is" : "are"} paused until ${isolated(member.user.name)} is reinstated.`;
}

/** The effect on the invitations that the member sent. Their addresses may follow. */
export function invitationsText({ invitations, member }: Pick<OffboardingPreview, "invitations" | "member">): string {
  const { count, effect } = invitations;
  const name = isolated(member.user.name);
  if (count === 0) return `${name} has sent no invitation that is still pending.`;
  const sent = `${countOf(count, "pending invitation")} that ${name} sent`;
  return effect === "withdrawn"
    ? `${sent} ${count === 1 ? "is" : "are"} withdrawn`
    : `${sent} cannot be accepted until ${name} is reinstated`;
}

/** The label of the button. */
export function submitLabel(mode: OffboardingMode, keys: number): string {
  const action = mode === "remove" ? "Remove member" : "Suspend member";
  return keys === 0 ? action : `${action} and revoke ${countOf(keys, "API key")}`;
}

const OUTCOMES: Readonly<Record<Offboarding["action"], string>> = {
  "member.removed": "removed",
  "member.left": "left",
  "member.suspended": "suspended",
};

/** "Pat Leaver removed". */
export function receiptTitle({ member, action }: Pick<Offboarding, "member" | "action">): string {
  return `${isolated(member.user.name)} ${OUTCOMES[action]}`;
}

/** The file name does not hold the person's name, which may have characters that a file system refuses. */
export function receiptFileName({ auditEventId, at }: Pick<Offboarding, "auditEventId" | "at">): string {
  return `offboarding-${at.slice(0, 10)}-${auditEventId}.json`;
}

/** The keys that the person made come first, since they may have those secrets. */
export function splitKeys<Key extends { readonly createdByMember: boolean }>(
  keys: readonly Key[],
): { readonly own: readonly Key[]; readonly others: readonly Key[] } {
  return {
    own: keys.filter(({ createdByMember }) => createdByMember),
    others: keys.filter(({ createdByMember }) => !createdByMember),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
