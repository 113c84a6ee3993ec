// The one place where a member's record becomes JSON.
import { z } from "@hono/zod-openapi";
import type { MemberChange as MemberChangeValue } from "../../service/member/find-member.ts";
import type { MemberRecord } from "../../store/store.ts";
import { presentReceipt, Receipt } from "./receipt.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./time.ts";

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
