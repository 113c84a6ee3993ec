// What the signed-in person may do with a member. The server decides; this keeps the menu from offering
// what it would refuse.
import { missingPermissions } from "@mintmark/core";
import type { OffboardingMode } from "../../api/member.ts";
import type {
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

/** Nobody manages a member whose role holds more than their own, and nobody suspends or promotes themselves. */
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

/** What became of an invitation's letter, in a sentence. */
export function deliveryText({ email, mailProblem }: Pick<IssuedInvitation, "email" | "mailProblem">): string {
  switch (mailProblem) {
    case null:
      return `An email with another link is on its way to ${email}.`;
    case "off":
    case "not_wanted":
      return "Send this link to them. It works once, for this address only, and is shown only now.";
    case "too_many":
      return `The invitation is made, but no email was sent: ${email} or you had too many within an hour. Send this link to them yourself; it is shown only now.`;
    case "not_taken":
      return "The invitation is made, but the mail server did not accept the email. Send this link to them yourself; it is shown only now.";
  }
}

// What an offboarding does, in words. Every number is told with its noun, so that nobody counts rows.

/** "1 token", "3 tokens", "no token". */
export function countOf(count: number, noun: string): string {
  if (count === 0) return `no ${noun}`;
  return count === 1 ? `1 ${noun}` : `${count.toLocaleString("en")} ${noun}s`;
}

const REFUSALS: Readonly<Record<string, string>> = {
  last_owner: "They are the last active owner, and an organization keeps one. Make someone else an owner first.",
  role_exceeds_caller: "Their role holds permissions that you do not have. Ask someone who has them, such as an owner.",
  self_suspension: "Nobody suspends themselves: nobody else might reinstate them. Leave the organization instead.",
  session_required: "This needs a signed-in browser.",
};

/** Why it would be refused; `null` when it would not be. */
export function refusalText({ refusedBy }: Pick<OffboardingPreview, "refusedBy">): string | null {
  if (refusedBy === null) return null;
  return REFUSALS[refusedBy] ?? `It would be refused as things stand (${refusedBy}).`;
}

/** What becomes of the member's tokens, for the heading of their list. */
export function tokensText({ tokens, member }: Pick<OffboardingPreview, "tokens" | "member">): string {
  const count = countOf(tokens.count, "token");
  if (tokens.count === 0) return `${isolated(member.user.name)} has no token here.`;
  return tokens.effect === "revoked"
    ? `${capital(count)} ${tokens.count === 1 ? "is" : "are"} revoked at once, for good.`
    : `${capital(count)} ${tokens.count === 1 ? "is" : "are"} paused until ${isolated(member.user.name)} is reinstated.`;
}

/** What becomes of the invitations that the member sent; their addresses, or nothing, follow. */
export function invitationsText({ invitations, member }: Pick<OffboardingPreview, "invitations" | "member">): string {
  const { count, effect } = invitations;
  const name = isolated(member.user.name);
  if (count === 0) return `${name} has sent no invitation that is still pending.`;
  const sent = `${countOf(count, "pending invitation")} that ${name} sent`;
  return effect === "withdrawn"
    ? `${sent} ${count === 1 ? "is" : "are"} withdrawn`
    : `${sent} cannot be accepted until ${name} is reinstated`;
}

/** The words on the button that does it: what ends with one press. */
export function deedLabel(mode: OffboardingMode, keys: number): string {
  const deed = mode === "remove" ? "Remove member" : "Suspend member";
  return keys === 0 ? deed : `${deed} and revoke ${countOf(keys, "API key")}`;
}

const DEEDS: Readonly<Record<Offboarding["action"], string>> = {
  "member.removed": "removed",
  "member.left": "left",
  "member.suspended": "suspended",
};

/** "Pat Leaver removed". */
export function receiptTitle({ member, action }: Pick<Offboarding, "member" | "action">): string {
  return `${isolated(member.user.name)} ${DEEDS[action]}`;
}

/** The file's name holds no part of a person's name: names have characters that file systems do not. */
export function receiptFileName({ auditEventId, at }: Pick<Offboarding, "auditEventId" | "at">): string {
  return `offboarding-${at.slice(0, 10)}-${auditEventId}.json`;
}

/** Keys the person made come first: they may hold the secret of those. */
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
