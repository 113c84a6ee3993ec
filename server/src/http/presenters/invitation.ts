// The one place where an invitation becomes JSON. Its link is in the answer that makes it and nowhere else:
// the token stands behind `#`, so that no server and no log on the way sees it.
import { z } from "@hono/zod-openapi";
import type { IssuedInvitation as IssuedValue } from "../../service/invitation/create-invitation.ts";
import type { InvitationPreview as PreviewValue } from "../../service/invitation/preview-invitation.ts";
import type { InvitationRecord } from "../../store/store.ts";
import { Instant, presentInstant } from "./time.ts";

const Inviter = z.object({ id: z.string(), name: z.string() });

export const Invitation = z
  .object({
    id: z.string(),
    email: z.string(),
    role: z.string(),
    invitedBy: Inviter,
    createdAt: Instant,
    expiresAt: Instant,
  })
  .openapi("Invitation");

export const IssuedInvitation = Invitation.extend({
  url: z
    .string()
    .openapi({ description: "The link to send to the address. Shown this once; only its hash is stored." }),
}).openapi("IssuedInvitation");

export const InvitationPreview = z
  .object({
    organization: z.object({ id: z.string(), name: z.string() }),
    role: z.string(),
    email: z.string(),
    invitedBy: z.object({ name: z.string() }),
    expiresAt: Instant,
    hasAccount: z.boolean().openapi({ description: "Whether the address has an account here: sign in, else sign up." }),
  })
  .openapi("InvitationPreview");

export function presentInvitation(invitation: InvitationRecord): z.infer<typeof Invitation> {
  return {
    id: invitation.id,
    email: invitation.email,
    role: invitation.role,
    invitedBy: invitation.invitedBy,
    createdAt: presentInstant(invitation.createdAt),
    expiresAt: presentInstant(invitation.expiresAt),
  };
}

export function presentIssuedInvitation(
  { invitation, link }: IssuedValue,
  baseUrl: string,
): z.infer<typeof IssuedInvitation> {
  return { ...presentInvitation(invitation), url: `${baseUrl}/invitation#token=${link.expose()}` };
}

export function presentInvitationPreview(preview: PreviewValue): z.infer<typeof InvitationPreview> {
  const { invitation, organization, hasAccount } = preview;
  return {
    organization: { id: organization.id, name: organization.name },
    role: invitation.role,
    email: invitation.email,
    invitedBy: { name: invitation.invitedBy.name },
    expiresAt: presentInstant(invitation.expiresAt),
    hasAccount,
  };
}
