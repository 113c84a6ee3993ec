// The tool that lists members.
import { z } from "@hono/zod-openapi";
import { listMembers as list } from "../../use-cases/member/member.ts";
import { pageOf, parsePage, presentPage } from "../../wire/schema.ts";
import { Member, presentMember } from "../../wire/member.ts";
import { defineTool, pageInput, pageText, quoted, type Tool } from "../tool.ts";

export const listMembers: Tool = defineTool({
  name: "list_members",
  title: "List members",
  description:
    "Returns the organization's members, newest first, with their role, whether they are suspended, and their number of active tokens.",
  access: "read",
  permission: "members:read",
  input: z.strictObject({
    ...pageInput,
    query: z.string().max(200).optional().describe("A part of a name or an email address."),
  }),
  output: pageOf(Member),
  run: async (deps, actor, input) => {
    const organizationId = actor.principal.organization.id;
    const wanted = { organizationId, query: input.query ?? null, page: parsePage(input) };
    return presentPage(await list(deps, actor, wanted), presentMember);
  },
  text: (page) =>
    pageText(
      "members",
      page,
      ({ id, user, role, state, joinedAt, tokenCount }) =>
        `${quoted(user.name)} (${user.id}, ${quoted(user.email)}, membership ${id}): ${role}, ${state}; joined ${joinedAt}; active tokens: ${tokenCount}`,
    ),
});
