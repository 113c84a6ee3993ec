import { z } from "@hono/zod-openapi";
import type { InvitationId, OrganizationId } from "@mintmark/core";
import type { InvitationPath as InvitationPathValue } from "../../../service/invitation/withdraw-invitation.ts";
import { idOf } from "../../presenters/id.ts";

export const InvitationPath = z.strictObject({ id: idOf("organization"), invitationId: idOf("invitation") });

export function invitationPathOf(params: {
  readonly id: OrganizationId;
  readonly invitationId: InvitationId;
}): InvitationPathValue {
  return { organizationId: params.id, invitationId: params.invitationId };
}

/** Whether a letter is to be sent. */
export const MailChoice: z.ZodOptional<z.ZodBoolean> = z.boolean().optional().openapi({
  description: "`false`: send no email even where mail is configured; the link is handed over by hand.",
});

/** What the holder of a link sends: the part of it behind `#token=`. */
export const LinkBody = z.strictObject({
  token: z.string().max(1000).openapi({ description: "The part of the invitation's link behind `#token=`." }),
});
