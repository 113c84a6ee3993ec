// What an offboarding does, in words. Every number is told with its noun, so that nobody counts rows.
import type { OffboardingMode } from "../../api/offboarding.ts";
import type { Offboarding, OffboardingPreview } from "../../api/types.ts";
import { isolated } from "../../ui/isolated.ts";

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
