import { z } from "@hono/zod-openapi";
import type { InvitationId } from "@mintmark/core";
import { withdrawInvitation as withdraw } from "../../service/invitation/withdraw-invitation.ts";
import { idInput } from "../input.ts";
import { defineTool, type Tool } from "../tool.ts";

export const withdrawInvitation: Tool = defineTool({
  name: "withdraw_invitation",
  title: "Withdraw an invitation",
  description:
    "Ends an invitation that was not accepted yet: its links are dead at once. Repeating it changes nothing.",
  access: "write",
  isDestructive: true,
  permission: "invitations:write",
  needsSharedOrganization: true,
  input: z.strictObject({ invitation: idInput<InvitationId>("The invitation's id (inv_…).") }),
  output: z.object({ withdrawn: z.literal(true) }),
  run: async (deps, actor, { invitation }) => {
    const organizationId = actor.principal.organization.id;
    await withdraw(deps, actor, { organizationId, invitationId: invitation });
    return { withdrawn: true as const };
  },
  text: () => "Withdrawn. Its links are dead.",
});
