// The JSON of the host's directory, and the input that names things in it by external id.
import { z } from "@hono/zod-openapi";
import { EXTERNAL_ID_LENGTHS, isExternalId, QUERY_MAX_LENGTH } from "@mintmark/core";
import type { MemberRecord, OrganizationRecord, UserRecord } from "../store/store.ts";
import type { Applied, DirectoryChange } from "../use-cases/directory/change.ts";
import type { MembersSet } from "../use-cases/directory/members.ts";
import { Refusal } from "../use-cases/use-case.ts";
import { OffboardingReceipt, presentOffboardingReceipt } from "./member.ts";
import { refusalStatus } from "./problem.ts";
import { Instant, nameInput, presentInstant, presentInstantOrNull, presentReceipt, Receipt } from "./schema.ts";

/** The host's id of a user or an organization. */
export const ExternalId = z
  .string()
  .refine(
    isExternalId,
    "Use 1 to 128 printable ASCII characters, no space at the beginning or the end, and not . or .. alone.",
  )
  .openapi({
    type: "string",
    minLength: EXTERNAL_ID_LENGTHS.least,
    maxLength: EXTERNAL_ID_LENGTHS.most,
    description:
      "The host's id: 1–128 printable ASCII characters, percent-encoded in a path; not `.` or `..`, which clients remove from a URL.",
    example: "user_42",
  });

const MICROSECONDS = 1_000;
const LEAST_VERSION = 0;

/**
 * The version of a change: a whole number, or an instant, which counts in microseconds since 1970. Digits beyond that are
 * cut.
 */
export const Version = z
  .union([z.int().min(LEAST_VERSION), z.iso.datetime({ offset: true })])
  .transform((given) => (typeof given === "number" ? given : microsecondsOf(given)))
  .pipe(z.int().min(LEAST_VERSION))
  .openapi({
    type: ["integer", "string"],
    description:
      "The host's version of the thing: a whole number from 0, or an RFC 3339 instant. Of two changes the one with the newer version wins, in whatever order they arrive. Use numbers or instants, not both.",
    example: "2026-11-22T09:30:00.000Z",
  });

function microsecondsOf(text: string): number {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
  return Date.parse(text) * MICROSECONDS + Number(fraction.padEnd(6, "0").slice(3, 6));
}

const version = Version.optional();

/** The body of a deletion. It may be absent. */
export const Deletion = z.strictObject({
  version: version.openapi({ description: "The host's version of the deletion, as in a change." }),
});

export function searchText(description: string) {
  return z.string().max(QUERY_MAX_LENGTH).optional().openapi({ description });
}

const suspended = (of: string) =>
  z
    .boolean()
    .default(false)
    .openapi({
      description: `Whether the host suspends the ${of}. Without it, the host does not. A suspension that somebody made in Mintmark stays.`,
    });

export const userFields = {
  name: nameInput("Ada Lovelace"),
  email: z.string().max(1000).openapi({ format: "email", maxLength: 254, example: "ada@example.com" }),
  emailVerified: z.boolean().default(false).openapi({
    description:
      "Whether the host has proved the address. It is believed. The first proof of an account's address ends everything that was made in the account before.",
  }),
  suspended: suspended("user"),
  version,
};

export const organizationFields = { name: nameInput("Analytical Engines"), version };

export const memberFields = {
  role: z.string().max(100).openapi({ example: "member" }),
  suspended: suspended("member"),
  version,
};

const ORGANIZATION = ExternalId.openapi({ description: "The organization's external id." });
const USER = ExternalId.openapi({ description: "The user's external id." });

/** One change of a batch. */
export const BatchChange = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("user.put"), user: USER, ...userFields }),
    z.strictObject({ type: z.literal("user.delete"), user: USER, version }),
    z.strictObject({ type: z.literal("organization.put"), organization: ORGANIZATION, ...organizationFields }),
    z.strictObject({ type: z.literal("organization.delete"), organization: ORGANIZATION, version }),
    z.strictObject({ type: z.literal("member.put"), organization: ORGANIZATION, user: USER, ...memberFields }),
    z.strictObject({ type: z.literal("member.delete"), organization: ORGANIZATION, user: USER, version }),
  ])
  .openapi("DirectoryChange");

export function changeOf(given: z.output<typeof BatchChange>): DirectoryChange {
  const { type, version: of = null, ...rest } = given;
  if (type === "user.put") {
    const { user, ...facts } = rest as Extract<typeof rest, { name: string; email: string }>;
    return { kind: "user", user, facts, version: of };
  }
  if (type === "user.delete") return { kind: "user", user: given.user, facts: null, version: of };
  if (type === "organization.put")
    return { kind: "organization", organization: given.organization, facts: { name: given.name }, version: of };
  if (type === "organization.delete")
    return { kind: "organization", organization: given.organization, facts: null, version: of };
  const { organization, user } = given;
  if (type === "member.delete") return { kind: "member", organization, user, facts: null, version: of };
  return { kind: "member", organization, user, facts: { role: given.role, suspended: given.suspended }, version: of };
}

const DirectoryReceipt = OffboardingReceipt.partial({ offboarding: true }).openapi("DirectoryReceipt");

const Result = z.object({
  changed: z.boolean().openapi({ description: "`false`: it was like that already, so nothing was recorded." }),
  id: z.string().nullable().openapi({
    description: "Mintmark's id of the user, the organization or the membership; `null` when there is none.",
  }),
  externalId: z.string(),
  stale: z
    .literal(true)
    .optional()
    .openapi({ description: "Present when a newer version was there before, so the change came too late." }),
  receipt: DirectoryReceipt.optional().openapi({ description: "Present with a change." }),
});

export const DirectoryResult = Result.openapi("DirectoryResult");

export function presentApplied({ changed, id, externalId, stale, receipt }: Applied): z.infer<typeof DirectoryResult> {
  return {
    changed,
    id,
    externalId,
    ...(stale ? { stale } : {}),
    ...(receipt === null ? {} : { receipt: presentDirectoryReceipt(receipt) }),
  };
}

function presentDirectoryReceipt(receipt: NonNullable<Applied["receipt"]>): z.infer<typeof DirectoryReceipt> {
  if ("offboarding" in receipt) return presentOffboardingReceipt(receipt);
  return { ...("revoked" in receipt ? { revoked: true as const } : {}), ...presentReceipt(receipt) };
}

const ItemRefusal = z.object({
  status: z.int().openapi({ description: "The status of the change, sent alone." }),
  code: z.string(),
  detail: z.string(),
});

export const BatchResult = z
  .union([Result.extend({ status: z.literal(200) }), ItemRefusal])
  .openapi("DirectoryBatchResult");

export function presentOutcome(outcome: Applied | Refusal): z.infer<typeof BatchResult> {
  if (outcome instanceof Refusal) return { status: refusalStatus(outcome), code: outcome.code, detail: outcome.detail };
  return { status: 200, ...presentApplied(outcome) };
}

export const MembersResult = z
  .object({
    id: z.string(),
    externalId: z.string(),
    changed: z.boolean(),
    stale: z.literal(true).optional(),
    dryRun: z.boolean().openapi({ description: "Whether this is only what would happen." }),
    added: z.int(),
    updated: z.int().openapi({ description: "Members whose role or suspension changed." }),
    removed: z.int(),
    unchanged: z.int(),
    tokenCount: z.int().openapi({ description: "The tokens of the removed members." }),
    tokens: z
      .array(z.object({ id: z.string(), name: z.string(), prefix: z.string(), userExternalId: z.string() }))
      .openapi({ description: "The first 1,000 of them." }),
    refused: z
      .array(ItemRefusal.extend({ externalId: z.string() }))
      .openapi({ description: "Members who could not be added or changed. The others were." }),
    receipt: Receipt.optional().openapi({ description: "Present with a change: all of them are in force." }),
  })
  .openapi("DirectoryMembersResult");

export function presentMembersSet(set: MembersSet, dryRun: boolean): z.infer<typeof MembersResult> {
  const { organization, stale, added, updated, removed, unchanged, tokens, refused, receipt } = set;
  return {
    id: organization.id,
    externalId: organization.externalId ?? "",
    changed: !dryRun && receipt !== null,
    ...(stale ? { stale } : {}),
    dryRun,
    added,
    updated,
    removed,
    unchanged,
    tokenCount: tokens.count,
    tokens: tokens.items.map(({ id, name, prefix, userExternalId }) => ({ id, name, prefix, userExternalId })),
    refused: refused.map(({ user, refusal }) => ({
      externalId: user,
      status: refusalStatus(refusal),
      code: refusal.code,
      detail: refusal.detail,
    })),
    ...(receipt === null ? {} : { receipt: presentReceipt(receipt) }),
  };
}

export const DirectoryUser = z
  .object({
    id: z.string(),
    externalId: z.string(),
    name: z.string(),
    email: z.string(),
    emailVerified: z.boolean().openapi({ description: "By the host, or here." }),
    suspended: z.boolean().openapi({ description: "By the host." }),
    state: z.enum(["active", "suspended"]).openapi({ description: "By the host, or by an instance admin." }),
    suspendedAt: Instant.nullable(),
    instanceAdmin: z.boolean().openapi({ description: "No management key can change an instance admin." }),
    createdAt: Instant,
  })
  .openapi("DirectoryUser");

export function presentDirectoryUser(user: UserRecord): z.infer<typeof DirectoryUser> {
  return {
    id: user.id,
    externalId: user.externalId ?? "",
    name: user.name,
    email: user.email,
    emailVerified: user.emailVerifiedAt !== null,
    suspended: user.hostSuspendedAt !== null,
    state: user.suspendedAt === null ? "active" : "suspended",
    suspendedAt: presentInstantOrNull(user.suspendedAt),
    instanceAdmin: user.instanceAdminAt !== null,
    createdAt: presentInstant(user.createdAt),
  };
}

export const DirectoryOrganization = z
  .object({ id: z.string(), externalId: z.string(), name: z.string(), createdAt: Instant })
  .openapi("DirectoryOrganization");

export function presentDirectoryOrganization(organization: OrganizationRecord): z.infer<typeof DirectoryOrganization> {
  const { id, externalId, name, createdAt } = organization;
  return { id, externalId: externalId ?? "", name, createdAt: presentInstant(createdAt) };
}

export const DirectoryMember = z
  .object({
    id: z.string().openapi({ description: "The membership. Each time a person joins, a new one is created." }),
    user: z.object({
      id: z.string(),
      externalId: z.string().nullable().openapi({ description: "`null`: not a user of this source." }),
      name: z.string(),
      email: z.string(),
    }),
    role: z.string(),
    suspended: z.boolean().openapi({ description: "By the host." }),
    state: z.enum(["active", "suspended"]).openapi({ description: "In this organization, by anybody." }),
    joinedAt: Instant,
    tokenCount: z.int().openapi({ description: "Their tokens here that are neither revoked nor expired." }),
  })
  .openapi("DirectoryMember");

export function presentDirectoryMember(source: string): (member: MemberRecord) => z.infer<typeof DirectoryMember> {
  return ({ id, user, role, hostSuspendedAt, suspendedAt, joinedAt, tokenCount }) => ({
    id,
    user: {
      id: user.id,
      externalId: user.externalSource === source ? user.externalId : null,
      name: user.name,
      email: user.email,
    },
    role,
    suspended: hostSuspendedAt !== null,
    state: suspendedAt === null ? "active" : "suspended",
    joinedAt: presentInstant(joinedAt),
    tokenCount,
  });
}
