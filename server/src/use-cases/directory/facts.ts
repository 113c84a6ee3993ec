// Compares what the host states with what is stored.
import { NAME_MAX_LENGTH, visibleName } from "@mintmark/core";
import type { MembershipRecord, NewMembership, NewUser, UserRecord } from "../../store/store.ts";
import { requireEmail, requireName } from "../input.ts";
import type { MemberFacts, UserFacts } from "./change.ts";

/**
 * The name as it is stored. A product's own rules for names are not ours, and nobody should be missing because of a
 * name: what could disguise it is taken out, and the rest is cut. Refuses a text without any visible character.
 */
export function usableName(text: string): string {
  return requireName(visibleName(text, NAME_MAX_LENGTH) ?? "");
}

/** Refuses an email address that cannot be one. */
export function usableFacts(facts: UserFacts): UserFacts {
  return { ...facts, name: usableName(facts.name), email: requireEmail(facts.email) };
}

/** Whether nothing has to change. A suspension that somebody made here is not the host's. */
export function isAsStated(known: UserRecord | NewUser, facts: UserFacts): boolean;
export function isAsStated(known: MembershipRecord | NewMembership, facts: MemberFacts): boolean;
export function isAsStated(
  known: UserRecord | NewUser | MembershipRecord | NewMembership,
  facts: UserFacts | MemberFacts,
): boolean {
  if (facts.suspended !== null && isHeld(known) !== facts.suspended) return false;
  if ("role" in known) return "role" in facts && known.role === facts.role;
  return !("role" in facts) && known.name === facts.name && known.email === facts.email && isProvedAs(known, facts);
}

function isHeld(known: UserRecord | NewUser | MembershipRecord | NewMembership): boolean {
  return "hostSuspendedAt" in known ? known.hostSuspendedAt !== null : (known.hostSuspension ?? null) !== null;
}

/** An address that was proved here stays proved, whatever the host says. */
function isProvedAs(known: UserRecord | NewUser, { emailVerified }: UserFacts): boolean {
  if (emailVerified === null) return true;
  if (!("emailVerifiedAt" in known)) return ((known.emailVouchedAt ?? null) !== null) === emailVerified;
  return emailVerified ? known.emailVerifiedAt !== null : known.emailVouchedAt === null;
}
