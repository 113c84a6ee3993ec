// The JSON of members and of offboarding, as a preview and as a receipt. Only these functions turn these records into
// JSON.
import { z } from "@hono/zod-openapi";
import type { MemberRecord } from "../store/store.ts";
import type { Deps } from "../use-cases/use-case.ts";
import type { MemberChange as MemberChangeValue } from "../use-cases/member/member.ts";
import type {
  Ended,
  Offboarding as OffboardingValue,
  OffboardingReceipt as ReceiptValue,
} from "../use-cases/member/offboarding.ts";
import type { OffboardingPreview as PreviewValue } from "../use-cases/member/preview-offboarding.ts";
import { ApiKey, presentApiKey } from "./api-key.ts";
import { ActorReference, Instant, presentInstant, presentInstantOrNull, presentReceipt, Receipt } from "./schema.ts";
import { Invitation, presentInvitation } from "./invitation.ts";
import { PersonalAccessToken, presentToken } from "./token.ts";

export const Member = z
  .object({
    id: z.string().openapi({ description: "The membership. Each time a person joins, a new one is created." }),
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

const OffboardingKey = ApiKey.extend({
  createdByMember: z.boolean().openapi({ description: "The member may know its secret." }),
}).openapi("OffboardingKey");

export const OffboardingPreview = z
  .object({
    mode: z.enum(["remove", "suspend"]),
    member: Member,
    refusedBy: z.string().nullable().openapi({
      description:
        "The code with which the request would be refused now, such as `last_owner`; `null`: it would succeed.",
    }),
    tokens: z.object({
      effect: z
        .enum(["revoked", "paused"])
        .openapi({ description: "`paused`: they are refused until the member is reinstated." }),
      count: z.int(),
      items: z.array(PersonalAccessToken).openapi({
        description:
          "Tokens of this membership that are not revoked, newest first; the first 1,000. A caller who may not list the organization's tokens sees only their count.",
      }),
    }),
    apiKeys: z.object({
      count: z.int().openapi({ description: "Keys of the organization that keep working." }),
      countOfMember: z.int().openapi({ description: "How many of them the member created." }),
      revocable: z.boolean().openapi({ description: "Whether you may revoke them in the same transaction." }),
      items: z.array(OffboardingKey).nullable().openapi({
        description: "The member's own first; the first 1,000. `null` without `api-keys:read`.",
      }),
    }),
    invitations: z.object({
      effect: z
        .enum(["withdrawn", "paused"])
        .openapi({ description: "`paused`: nobody can accept them until the member is reinstated." }),
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
    auditEventId: z.string().openapi({ description: "The id to fetch the receipt again." }),
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
      description:
        "The tokens whose events are already written, up to 1,000. The audit log has an event for each token.",
    }),
    complete: z.boolean().openapi({
      description:
        "Whether all events are written. The events of more than 100 tokens follow within seconds: then fetch the receipt again.",
    }),
    pausedTokens: z.int().openapi({ description: "Tokens that are paused until the member is reinstated." }),
    apiKeys: z.array(EndedCredential).openapi({ description: "Revoked in the same transaction." }),
    apiKeysLeft: z.object({
      count: z.int(),
      countOfMember: z.int(),
      ofMember: z.array(z.object({ id: z.string(), name: z.string(), prefix: z.string() })).openapi({
        description: "Keys that keep working and that the member created. The member may know their secrets.",
      }),
    }),
    invitations: z
      .array(z.object({ id: z.string(), email: z.string(), auditEventId: z.string() }))
      .openapi({ description: "Withdrawn invitations. Their links no longer work." }),
    pausedInvitations: z
      .int()
      .openapi({ description: "Invitations they sent that nobody can accept until the member is reinstated." }),
    movedSessions: z.int(),
  })
  .openapi("Offboarding", {
    description: "Who was offboarded by whom and when, and what ended. Read from the audit log.",
  });

export const OffboardingReceipt = Receipt.extend({
  revoked: z.literal(true).optional().openapi({ description: "Present where a token or an API key was revoked." }),
  offboarding: z.union([Offboarding, z.null()]).openapi({ description: "`null` when the request changed nothing." }),
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
  const isRevocation = offboarding !== null && offboarding.tokenCount + offboarding.apiKeys.length > 0;
  return {
    ...(isRevocation ? { revoked: true as const } : {}),
    ...presentReceipt(receipt),
    offboarding: offboarding === null ? null : presentOffboarding(offboarding),
  };
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
