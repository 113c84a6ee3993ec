// The tokens of people, for the host. Rule: it names people and organizations by its own ids or by those of this instance, and
// finds and revokes tokens, but never uses or changes one.
import { z } from "@hono/zod-openapi";
import { EXTERNAL_ID_LENGTHS, type OrganizationId, STALE_RULE, type UserId } from "@mintmark/core";
import {
  listManagedTokens,
  type Naming,
  revokeManagedToken,
  revokeManagedTokens,
} from "../../../use-cases/admin/managed-token.ts";
import { Refusal } from "../../../use-cases/use-case.ts";
import { presentRevokedTokens, RevokedTokens } from "../../../wire/admin.ts";
import {
  flag,
  idOf,
  pageOf,
  pageQuery,
  parsePage,
  presentPage,
  presentRevocation,
  RevocationReceipt,
} from "../../../wire/schema.ts";
import { PersonalAccessToken, presentToken } from "../../../wire/token.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const externalId = (whose: string) =>
  z
    .string()
    .min(EXTERNAL_ID_LENGTHS.least)
    .max(EXTERNAL_ID_LENGTHS.most)
    .optional()
    .openapi({ description: `The external id of ${whose}, in the source of the key.`, example: "41" });

const NAMED = {
  user: externalId("the person"),
  userId: idOf("user").optional().openapi({ description: "The person's id here, instead of `user`." }),
  organization: externalId("the organization"),
  organizationId: idOf("organization").optional().openapi({
    description: "The organization's id here, instead of `organization`.",
  }),
};

interface Named {
  readonly user?: string | undefined;
  readonly userId?: UserId | undefined;
  readonly organization?: string | undefined;
  readonly organizationId?: OrganizationId | undefined;
}

function namingOf<Id>(field: string, externalIdGiven: string | undefined, id: Id | undefined): Naming<Id> | null {
  if (externalIdGiven !== undefined && id !== undefined) {
    const message = `Send ${field} or ${field}Id, not both.`;
    throw new Refusal("field_invalid", message, { errors: [{ field, message }] });
  }
  if (externalIdGiven !== undefined) return { externalId: externalIdGiven };
  return id === undefined ? null : { id };
}

function namesOf({ user, userId, organization, organizationId }: Named) {
  return {
    user: namingOf("user", user, userId),
    organization: namingOf("organization", organization, organizationId),
  };
}

const listManagedTokensOperation = defineOperation({
  operationId: "listManagedTokens",
  method: "get",
  path: "/api/manage/personal-access-tokens",
  tag: "Management",
  summary: "List people's tokens",
  description:
    "Newest first, including revoked and expired ones. Never a secret. A person or organization that is unknown has none. With a filter a page may contain few items or none although `nextCursor` is not null; continue until it is.",
  credentials: ["management-key"],
  scope: "tokens:read",
  query: z.strictObject({
    ...pageQuery,
    ...NAMED,
    state: z.enum(["live", "expired", "revoked", "suspended"]).optional().openapi({
      description: "`live`: neither revoked, expired nor suspended. An organization's policy may still block it.",
    }),
    stale: flag(`Only active tokens that were ${STALE_RULE}.`).optional(),
    neverUsed: flag("Only tokens that were never used.").optional(),
  }),
  status: 200,
  response: pageOf(PersonalAccessToken),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, actor, query }) => {
    const { state = null, stale = false, neverUsed = false } = query;
    const filter = { ...namesOf(query), state, stale, neverUsed };
    const page = await listManagedTokens(deps, actor, filter, parsePage(query));
    return { body: presentPage(page, (token) => presentToken(deps, token)) };
  },
});

const revokeManagedTokensOperation = defineOperation({
  operationId: "revokeManagedTokens",
  method: "post",
  path: "/api/manage/personal-access-tokens/revoke",
  tag: "Management",
  summary: "Revoke every token of a person",
  description:
    "In all organizations, or in one, in one transaction. When the response arrives, the tokens are refused everywhere. The person may mint new ones: remove or suspend them to prevent that. The tokens of an instance admin are refused with `instance_admin_protected`.",
  credentials: ["management-key"],
  scope: "tokens:revoke",
  body: z.strictObject(NAMED),
  status: 200,
  response: RevokedTokens,
  refusals: ["not_found", "instance_admin_protected"],
  handle: async ({ deps, actor, body }) => {
    const { user, organization } = namesOf(body);
    if (user === null) {
      const message = "Name the person by user or userId.";
      throw new Refusal("field_invalid", message, { errors: [{ field: "user", message }] });
    }
    return { body: presentRevokedTokens(await revokeManagedTokens(deps, actor, { user, organization })) };
  },
});

const revokeManagedTokenOperation = defineOperation({
  operationId: "revokeManagedToken",
  method: "delete",
  path: "/api/manage/personal-access-tokens/{id}",
  tag: "Management",
  summary: "Revoke a person's token",
  description:
    "When the response arrives, the token is refused everywhere. Its organization's audit log names the management key, and its owner sees who revoked it. A repeated request returns the first receipt.",
  credentials: ["management-key"],
  scope: "tokens:revoke",
  params: z.strictObject({ id: idOf("token") }),
  status: 200,
  response: RevocationReceipt,
  refusals: ["not_found", "instance_admin_protected"],
  handle: async ({ deps, actor, params }) => ({
    body: presentRevocation(await revokeManagedToken(deps, actor, params.id)),
  }),
});

export const managedTokenOperations: readonly Operation[] = [
  listManagedTokensOperation,
  revokeManagedTokensOperation,
  revokeManagedTokenOperation,
];
