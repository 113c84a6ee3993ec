import { z } from "@hono/zod-openapi";
import { Invitation, presentInvitation } from "../../http/presenters/invitation.ts";
import { pageOf, parsePage, presentPage } from "../../http/presenters/page.ts";
import { listInvitations as list } from "../../service/invitation/list-invitations.ts";
import { pageInput } from "../input.ts";
import { pageText, quoted } from "../text.ts";
import { defineTool, type Tool } from "../tool.ts";

export const listInvitations: Tool = defineTool({
  name: "list_invitations",
  title: "List invitations",
  description:
    "Invitations to the organization that were neither accepted nor withdrawn, newest first. Some can no longer be accepted: see their state.",
  access: "read",
  permission: "invitations:read",
  input: z.strictObject(pageInput),
  output: pageOf(Invitation),
  run: async (deps, actor, input) =>
    presentPage(await list(deps, actor, actor.principal.organization.id, parsePage(input)), presentInvitation),
  text: (page) =>
    pageText(
      "invitations",
      page,
      ({ id, email, role, state, invitedBy, expiresAt }) =>
        `${quoted(email)} (${id}) as ${role}, ${state}, invited by ${quoted(invitedBy.name)}, good until ${expiresAt}`,
    ),
});
