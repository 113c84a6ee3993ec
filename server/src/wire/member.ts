// The one place where a member's record becomes JSON.
import { z } from "@hono/zod-openapi";
import type { MemberRecord } from "../store/store.ts";
import type { Deps } from "../use-cases/deps.ts";
import type { MemberChange as MemberChangeValue } from "../use-cases/member/member.ts";
import type {
  Ended,
  Offboarding as OffboardingValue,
  OffboardingReceipt as ReceiptValue,
} from "../use-cases/member/offboarding.ts";
import type { OffboardingPreview as PreviewValue } from "../use-cases/member/preview-offboarding.ts";
import { ApiKey, presentApiKey } from "./api-key.ts";
import { ActorReference, Instant, presentInstant, presentInstantOrNull, presentReceipt, Receipt } from "./fields.ts";
import { Invitation, presentInvitation } from "./invitation.ts";
import { PersonalAccessToken, presentToken } from "./token.ts";

export const Member = z
  .object({
    id: z.string().openapi({ description: "The membership: one joining of one person. Joining again makes another." }),
    user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
    role: z.string(),
    state: z.enum(["active", "suspended"]).openapi({ description: "In this organization." }),
    suspendedAt: Instant.nullable(),
    joinedAt: Instant,
    tokenCount: z.int().openapi({ description: "Their tokens here that are neither revoked nor expired." }),
  })
  .openapi("Member");

export const MemberChange = z.object({ member: Member, receipt: Receipt }).openapi("MemberChange");

export function presentMember(member: MemberRecord): z.infer<typeof Member> {
  const { user } = member;
  return {
    id: member.id,
    user: { id: user.id, name: user.name, email: user.email },
    role: member.role,
    state: member.suspendedAt === null ? "active" : "suspended",
    suspendedAt: presentInstantOrNull(member.suspendedAt),
    joinedAt: presentInstant(member.joinedAt),
    tokenCount: member.tokenCount,
  };
}

export function presentMemberChange({ member, receipt }: MemberChangeValue): z.infer<typeof MemberChange> {
  return { member: presentMember(member), receipt: presentReceipt(receipt) };
}

// The one place where an offboarding, foretold or proved, becomes JSON.

const OffboardingKey = ApiKey.extend({
  createdByMember: z.boolean().openapi({ description: "They may hold its secret." }),
}).openapi("OffboardingKey");

export const OffboardingPreview = z
  .object({
    mode: z.enum(["remove", "suspend"]),
    member: Member,
    refusedBy: z.string().nullable().openapi({
      description: "The code it would be refused with as things stand, such as `last_owner`; `null`: it would be done.",
    }),
    tokens: z.object({
      effect: z
        .enum(["revoked", "paused"])
        .openapi({ description: "`paused`: they rest until the member is reinstated." }),
      count: z.int(),
      items: z.array(PersonalAccessToken).openapi({
        description:
          "Of this membership, not yet revoked, newest first; the first 1,000. Only counted for a caller who may not list the organization's tokens.",
      }),
    }),
    apiKeys: z.object({
      count: z.int().openapi({ description: "Keys of the organization that go on working." }),
      countOfMember: z.int().openapi({ description: "Those of them that the member created." }),
      revocable: z.boolean().openapi({ description: "Whether you may have them revoked in the same transaction." }),
      items: z.array(OffboardingKey).nullable().openapi({
        description: "The member's own first; the first 1,000. `null` without `api-keys:read`.",
      }),
    }),
    invitations: z.object({
      effect: z
        .enum(["withdrawn", "paused"])
        .openapi({ description: "`paused`: nobody can accept one until the member is reinstated." }),
      count: z.int().openapi({ description: "Pending invitations that they sent." }),
      items: z.array(Invitation).nullable().openapi({ description: "`null` without `invitations:read`." }),
    }),
    sessions: z.int().openapi({ description: "Browser sessions that move to their personal organization." }),
  })
  .openapi("OffboardingPreview");

const EndedCredential = z
  .object({ id: z.string(), name: z.string(), prefix: z.string().nullable(), auditEventId: z.string() })
  .openapi("EndedCredential");

export const Offboarding = z
  .object({
    auditEventId: z.string().openapi({ description: "The receipt can be fetched again by it." }),
    action: z.enum(["member.removed", "member.left", "member.suspended"]),
    at: Instant,
    organizationId: z.string(),
    member: z.object({
      membershipId: z.string(),
      user: z.object({ id: z.string(), name: z.string() }),
      role: z.string(),
    }),
    by: ActorReference,
    via: z.object({ kind: z.string(), id: z.string(), name: z.string() }).nullable(),
    tokenCount: z.int().openapi({ description: "How many tokens ended at `at`." }),
    tokens: z.array(EndedCredential).openapi({
      description: "Those of them whose events are written, up to 1,000. The audit log has an event for each token.",
    }),
    complete: z.boolean().openapi({
      description:
        "Whether all events are written. The events of more than 100 tokens follow within seconds: fetch the receipt again then.",
    }),
    pausedTokens: z.int().openapi({ description: "Tokens that rest until the member is reinstated." }),
    apiKeys: z.array(EndedCredential).openapi({ description: "Revoked in the same transaction." }),
    apiKeysLeft: z.object({
      count: z.int(),
      countOfMember: z.int(),
      ofMember: z
        .array(z.object({ id: z.string(), name: z.string(), prefix: z.string() }))
        .openapi({ description: "Keys that go on working and that the member created: they may hold the secret." }),
    }),
    invitations: z
      .array(z.object({ id: z.string(), email: z.string(), auditEventId: z.string() }))
      .openapi({ description: "Withdrawn: their links are dead." }),
    pausedInvitations: z
      .int()
      .openapi({ description: "Invitations they sent that nobody can accept until the member is reinstated." }),
    movedSessions: z.int(),
  })
  .openapi("Offboarding", { description: "Who, by whom, when, and what ended. Made from the audit log." });

export const OffboardingReceipt = Receipt.extend({
  offboarding: z
    .union([Offboarding, z.null()])
    .openapi({ description: "`null` when this repeats what was done before." }),
}).openapi("OffboardingReceipt");

export const SuspendedMember = z.object({ member: Member, receipt: OffboardingReceipt }).openapi("SuspendedMember");

export function presentOffboardingPreview(
  deps: Pick<Deps, "clock" | "settings">,
  preview: PreviewValue,
): z.infer<typeof OffboardingPreview> {
  const { mode, member, refusedBy, tokens, apiKeys, invitations, sessions } = preview;
  return {
    mode,
    member: presentMember(member),
    refusedBy,
    tokens: { ...tokens, items: tokens.items.map((token) => presentToken(deps, token)) },
    apiKeys: {
      ...apiKeys,
      items:
        apiKeys.items?.map((key) => ({
          ...presentApiKey(deps, key),
          createdByMember: key.createdBy.id === member.userId,
        })) ?? null,
    },
    invitations: { ...invitations, items: invitations.items?.map(presentInvitation) ?? null },
    sessions,
  };
}

export function presentOffboarding(offboarding: OffboardingValue): z.infer<typeof Offboarding> {
  const { eventId, at, member, tokens, isWhole, apiKeys, apiKeysLeft, invitations, ...rest } = offboarding;
  return {
    ...rest,
    complete: isWhole,
    auditEventId: eventId,
    at: presentInstant(at),
    member: {
      membershipId: member.membershipId,
      user: { id: member.userId, name: member.name },
      role: member.role,
    },
    tokens: tokens.map(presentEnded),
    apiKeys: apiKeys.map(presentEnded),
    apiKeysLeft: { ...apiKeysLeft, ofMember: [...apiKeysLeft.ofMember] },
    invitations: invitations.map(({ id, name, eventId: auditEventId }) => ({ id, email: name, auditEventId })),
  };
}

export function presentOffboardingReceipt({
  offboarding,
  ...receipt
}: ReceiptValue): z.infer<typeof OffboardingReceipt> {
  return { ...presentReceipt(receipt), offboarding: offboarding === null ? null : presentOffboarding(offboarding) };
}

export function presentSuspendedMember({
  member,
  receipt,
}: MemberChangeValue & { readonly receipt: ReceiptValue }): z.infer<typeof SuspendedMember> {
  return { member: presentMember(member), receipt: presentOffboardingReceipt(receipt) };
}

function presentEnded({ id, name, prefix, eventId }: Ended): z.infer<typeof EndedCredential> {
  return { id, name, prefix, auditEventId: eventId };
}
