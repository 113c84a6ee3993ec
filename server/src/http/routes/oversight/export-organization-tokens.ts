import { z } from "@hono/zod-openapi";
import { exportOrganizationTokens as tokensOf } from "../../../service/oversight/export-organization-tokens.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentInstant } from "../../presenters/time.ts";
import { tokenCsv } from "../../presenters/token-csv.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";
import { parseTokenQuery, tokenQuery } from "./token-query.ts";

export const exportOrganizationTokens: Operation = defineOperation({
  operationId: "exportOrganizationTokens",
  method: "get",
  path: "/api/organizations/{id}/personal-access-tokens/export",
  tag: "Oversight",
  summary: "Export every member's tokens as CSV",
  description:
    "The same tokens in the same order as the list, whole, never a secret. Sent while it is read. Text that a spreadsheet would compute begins with an apostrophe. A connection that breaks off means that the file is not whole.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: OrganizationPath,
  query: z.strictObject(tokenQuery),
  status: 200,
  fileTypes: ["text/csv"],
  refusals: ["permission_denied", "policy_oversight", "not_found"],
  handle: ({ deps, actor, params, query }) => {
    const day = presentInstant(deps.clock()).slice(0, 10);
    return Promise.resolve({
      body: undefined,
      file: {
        contentType: "text/csv; charset=utf-8",
        fileName: `personal-access-tokens-${day}.csv`,
        chunks: tokenCsv(deps, tokensOf(deps, actor, params.id, parseTokenQuery(query))),
      },
    });
  },
});
