// The JSON and CSV of a token, and the input fields of minting and of lists of tokens.
// Rule: only these functions present a token's record. A secret appears in neither form.
import { z } from "@hono/zod-openapi";
import {
  CREDENTIAL_STATES,
  credentialState,
  type CredentialState,
  type ErrorCode,
  MAX_EXPIRY_DAYS,
  QUERY_MAX_LENGTH,
  STALE_RULE,
  type UserId,
} from "@mintmark/core";
import { csvRow } from "../csv/csv.ts";
import type { TokenRecord } from "../store/store.ts";
import type { Deps } from "../use-cases/use-case.ts";
import type { TokenQuery } from "../use-cases/token/oversight.ts";
import {
  ActorReference,
  endFields,
  idOf,
  Instant,
  InstantInput,
  presentEnd,
  presentInstant,
  presentInstantOrNull,
} from "./schema.ts";

export const PersonalAccessToken = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().openapi({ description: "The first 10 characters of the secret. A hint, not a key." }),
    user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
    organization: z.object({ id: z.string(), name: z.string(), personal: z.boolean() }),
    membershipId: z.string(),
    permissions: z
      .array(z.string())
      .nullable()
      .openapi({ description: "`null`: the whole role of its owner, even when the role changes." }),
    state: z.enum(CREDENTIAL_STATES),
    blockedBy: z.string().nullable().openapi({ description: "With `blocked`: the code of the rule that refuses it." }),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    ...endFields,
    lastUsedAt: Instant.nullable(),
    lastUsedIp: z.string().nullable(),
    lastUsedUserAgent: z.string().nullable(),
    lastUsedRoute: z.string().nullable().openapi({
      description:
        "The last use: a method and the words of a path, or an operation of Mintmark; `mintmark mcp` is a call by an AI client.",
    }),
    mcp: z
      .enum(["read-write", "read-only", "off"])
      .openapi({ description: "The access that the organization's policy gives AI clients, at most." }),
    useCount: z.int(),
    revokedAt: Instant.nullable(),
    revokedBy: z.union([ActorReference, z.null()]),
    revokedReason: z.string().nullable(),
    replaces: z.string().nullable(),
    dismissedAt: Instant.nullable(),
  })
  .openapi("PersonalAccessToken");

export function presentToken(
  deps: Pick<Deps, "clock" | "settings">,
  token: TokenRecord,
): z.infer<typeof PersonalAccessToken> {
  const now = deps.clock();
  const { state, blockedBy } = credentialState(token, {
    now,
    allowPersonal: deps.settings.allowPersonalTokens,
  });
  const { user, organization } = token;
  return {
    id: token.id,
    name: token.name,
    prefix: token.prefix,
    user: { id: user.id, name: user.name, email: user.email },
    organization: { id: organization.id, name: organization.name, personal: organization.personal },
    membershipId: token.membership.id,
    permissions: token.permissions === null ? null : [...token.permissions],
    state,
    blockedBy,
    createdAt: presentInstant(token.createdAt),
    expiresAt: presentInstantOrNull(token.expiresAt),
    ...presentEnd(token, now),
    lastUsedAt: presentInstantOrNull(token.lastUsedAt),
    lastUsedIp: token.lastUsedIp,
    lastUsedUserAgent: token.lastUsedUserAgent,
    lastUsedRoute: token.lastUsedRoute,
    mcp: organization.policy.mcp,
    useCount: token.useCount,
    revokedAt: presentInstantOrNull(token.revokedAt),
    revokedBy: token.revokedBy,
    revokedReason: token.revokedReason,
    replaces: token.replaces,
    dismissedAt: presentInstantOrNull(token.dismissedAt),
  };
}

const COLUMNS = [
  "id",
  "name",
  "prefix",
  "owner_id",
  "owner_name",
  "owner_email",
  "permissions",
  "state",
  "blocked_by",
  "created_at",
  "expires_at",
  "ends_at",
  "ends_because",
  "last_used_at",
  "last_used_ip",
  "last_used_user_agent",
  "use_count",
  "revoked_at",
  "revoked_by",
  "revoked_reason",
];

/** A header line, then a line for each token, one page at a time. */
export async function* tokenCsv(
  deps: Pick<Deps, "clock" | "settings">,
  pages: AsyncIterable<readonly TokenRecord[]>,
): AsyncGenerator<string> {
  let head = csvRow(COLUMNS);
  for await (const tokens of pages) {
    yield head + tokens.map((token) => tokenRow(deps, token)).join("");
    head = "";
  }
}

function tokenRow(deps: Pick<Deps, "clock" | "settings">, record: TokenRecord): string {
  const token = presentToken(deps, record);
  return csvRow([
    token.id,
    token.name,
    token.prefix,
    token.user.id,
    token.user.name,
    token.user.email,
    token.permissions === null ? "whole role" : token.permissions.join(" "),
    token.state,
    token.blockedBy,
    token.createdAt,
    token.expiresAt,
    token.endsAt,
    token.endsBecause,
    token.lastUsedAt,
    token.lastUsedIp,
    token.lastUsedUserAgent,
    token.useCount,
    token.revokedAt,
    token.revokedBy?.name ?? null,
    token.revokedReason,
  ]);
}

/** The expiry of a credential in a body: one of the fields, or neither. */
export const ExpiryChoice = {
  expiresAt: InstantInput.nullish().openapi({
    description: "Without it and `expiresInDays`: no expiry, where the policy allows that.",
  }),
  expiresInDays: z
    .int()
    .nullish()
    .openapi({ minimum: 1, maximum: MAX_EXPIRY_DAYS, description: "Instead of `expiresAt`.", example: 30 }),
};

/** The permissions of a narrowed credential in a body. */
export const PermissionsChoice = {
  permissions: z
    .array(z.string())
    .max(500)
    .nullish()
    .openapi({ minItems: 1, description: "Omitted: the whole role. Empty: an error.", example: ["members:read"] }),
};

/** The refusals of minting, for every operation that mints. */
export const MINT_REFUSALS = [
  "name_invalid",
  "expiry_invalid",
  "expiry_required",
  "permissions_empty",
  "permission_unknown",
  "permission_exceeds_role",
  "personal_organization_denied",
  "policy_mint",
  "policy_lifetime",
  "limit_reached",
  "not_found",
  "rate_limited",
] as const satisfies readonly ErrorCode[];

const flag = z.literal("true").optional();

/** The filters and the order of an organization's tokens. Spread them into the operation's query object. */
export const tokenQuery = {
  state: z.enum(CREDENTIAL_STATES).optional().openapi({ description: "Only tokens in this state." }),
  member: idOf("user").optional().openapi({ type: "string", description: "The id of the owner." }),
  stale: flag.openapi({
    description: `Neither revoked nor expired, and ${STALE_RULE}.`,
  }),
  neverUsed: flag.openapi({ description: "Only tokens that were never used." }),
  expiresWithinDays: z.coerce.number().int().min(1).max(MAX_EXPIRY_DAYS).optional().openapi({
    description: "Neither revoked nor expired, and ending within this number of days: by its expiry or by the policy.",
  }),
  query: z.string().max(QUERY_MAX_LENGTH).optional().openapi({
    description: "A part of a token's name or prefix, or of its owner's name or email address.",
  }),
  sort: z.enum(["created", "expires", "lastUsed"]).default("created").openapi({
    description:
      "`expires` sorts by the token's own expiry. A token without one sorts after every expiry, and a token without a use before every use.",
  }),
  order: z.enum(["ascending", "descending"]).default("descending").openapi({ description: "The direction of `sort`." }),
};

export function parseTokenQuery(query: {
  readonly state?: CredentialState | undefined;
  readonly member?: UserId | undefined;
  readonly stale?: "true" | undefined;
  readonly neverUsed?: "true" | undefined;
  readonly expiresWithinDays?: number | undefined;
  readonly query?: string | undefined;
  readonly sort: TokenQuery["order"]["by"];
  readonly order: TokenQuery["order"]["direction"];
}): TokenQuery {
  return {
    state: query.state ?? null,
    member: query.member ?? null,
    stale: query.stale === "true",
    neverUsed: query.neverUsed === "true",
    expiresWithinDays: query.expiresWithinDays ?? null,
    query: query.query ?? null,
    order: { by: query.sort, direction: query.order },
  };
}
