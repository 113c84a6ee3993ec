import { z } from "@hono/zod-openapi";
import { STALE_DAYS } from "@mintmark/core";
import { listInstanceTokens as list } from "../../../service/admin/list-instance-tokens.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { flag } from "../../presenters/flag.ts";
import { idOf } from "../../presenters/id.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { PersonalAccessToken, presentToken } from "../../presenters/token.ts";

export const listInstanceTokens: Operation = defineOperation({
  operationId: "listInstanceTokens",
  method: "get",
  path: "/api/admin/personal-access-tokens",
  tag: "Instance administration",
  summary: "List the tokens of the instance",
  description:
    "Across organizations, newest first, ended ones included; never a secret. A page looks through a few thousand tokens at most: with a filter it may hold few of them, even none, while `nextCursor` says that there is more to look through.",
  credentials: ["instance-admin"],
  query: z.strictObject({
    ...pageQuery,
    organization: idOf("organization").optional().openapi({ description: "Only the tokens of this organization." }),
    user: idOf("user").optional().openapi({ description: "Only the tokens of this person." }),
    state: z
      .enum(["live", "expired", "revoked", "suspended"])
      .optional()
      .openapi({ description: "`live`: none of the others; an organization's policy may still block it." }),
    stale: flag(
      `Only live ones not used for ${STALE_DAYS} days, or never since they were minted so long ago.`,
    ).optional(),
    neverUsed: flag("Only those that were never used.").optional(),
    query: z.string().max(200).optional().openapi({
      description: "A part of the token's name or prefix, or of its owner's name or email address.",
    }),
  }),
  status: 200,
  answer: pageOf(PersonalAccessToken),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => {
    const filter = {
      organizationId: query.organization ?? null,
      userId: query.user ?? null,
      state: query.state ?? null,
      stale: query.stale ?? false,
      neverUsed: query.neverUsed ?? false,
      query: query.query?.trim() || null,
    };
    const page = await list(deps, filter, parsePage(query));
    return { body: presentPage(page, (token) => presentToken(deps, token)) };
  },
});
