// The JSON of invitations and of joining by domain.
// Rule: an invitation's link appears only in the response that creates it. Its token is behind `#`, so that no server
// or log on the way sees it.
import { z } from "@hono/zod-openapi";
import type { JoinableRecord } from "../store/store.ts";
import type { DomainJoining as DomainJoiningValue } from "../use-cases/invitation/domain.ts";
import type { InvitationPreview as PreviewValue, ListedInvitation } from "../use-cases/invitation/invitation.ts";
import type { IssuedInvitation as IssuedValue } from "../use-cases/invitation/mail.ts";
import { Instant, presentInstant } from "./schema.ts";

/** Why an invitation has no email. */
export const MAIL_PROBLEMS = ["off", "not_wanted", "too_many"] as const;

const Inviter = z.object({ id: z.string(), name: z.string() });

export const Invitation = z
  .object({
    id: z.string(),
    email: z.string(),
    role: z.string(),
    state: z.enum(["open", "expired", "void"]).openapi({
      description:
        "`void`: the issuer may no longer give the role, or the token or key that issued it has ended, so nobody can accept it. Sending it again makes it open.",
    }),
    invitedBy: Inviter,
    createdAt: Instant,
    expiresAt: Instant,
    delivery: z.enum(["queued", "sent", "refused"]).nullable().openapi({
      description:
        "How far the latest email has come. `queued`: it waits, or is tried again. `sent`: the mail server accepted it. `refused`: the mail server refused it, or the outcome is still unknown after several attempts: pass on a link yourself. `null`: there is no email, or it was sent more than 8 days ago.",
    }),
  })
  .openapi("Invitation");

export const IssuedInvitation = Invitation.extend({
  url: z.string().openapi({
    description:
      "The link to pass on personally. It is shown only once and stored only as a hash. It differs from the link in the email and proves no address.",
  }),
  mailProblem: z.enum(MAIL_PROBLEMS).nullable().openapi({
    description:
      "`null`: an email with another link was queued. Otherwise why there is none: `off`: no mail server is configured; `not_wanted`: the caller turned it off; `too_many`: this address or caller had too many in an hour. The invitation was created in each case: pass on `url`.",
  }),
}).openapi("IssuedInvitation");

export const InvitationPreview = z
  .object({
    organization: z.object({ id: z.string(), name: z.string() }),
    role: z.string(),
    email: z.string(),
    invitedBy: z.object({ name: z.string() }),
    expiresAt: Instant,
    mailed: z.boolean().openapi({
      description:
        "Whether this link is the emailed one. Opening it proves the address, so the person can join at once.",
    }),
    hasAccount: z
      .boolean()
      .openapi({ description: "Whether the address has an account here. If not, the person signs up." }),
  })
  .openapi("InvitationPreview");

export function presentInvitation(invitation: ListedInvitation): z.infer<typeof Invitation> {
  return {
    id: invitation.id,
    email: invitation.email,
    role: invitation.role,
    state: invitation.state,
    invitedBy: invitation.invitedBy,
    createdAt: presentInstant(invitation.createdAt),
    expiresAt: presentInstant(invitation.expiresAt),
    delivery: invitation.delivery,
  };
}

export function presentIssuedInvitation(
  { invitation, link, mailProblem }: IssuedValue,
  baseUrl: string,
): z.infer<typeof IssuedInvitation> {
  return { ...presentInvitation(invitation), url: `${baseUrl}/invitation#token=${link.expose()}`, mailProblem };
}

export function presentInvitationPreview(preview: PreviewValue): z.infer<typeof InvitationPreview> {
  const { invitation, organization, isMailed, hasAccount } = preview;
  return {
    organization: { id: organization.id, name: organization.name },
    role: invitation.role,
    email: invitation.email,
    invitedBy: { name: invitation.invitedBy.name },
    expiresAt: presentInstant(invitation.expiresAt),
    mailed: isMailed,
    hasAccount,
  };
}

export const DomainJoining = z
  .object({
    domain: z.string().openapi({ example: "example.com" }),
    role: z.string().openapi({ description: "The role of people who join.", example: "member" }),
    setAt: Instant,
    open: z.boolean().openapi({
      description:
        "`false`: the person who opened the organization may no longer do so, so nobody can join. Opening it again lets people join on your authority.",
    }),
  })
  .openapi("DomainJoining");

export function presentDomainJoining({ joining, isOpen }: DomainJoiningValue): z.infer<typeof DomainJoining> {
  const { domain, role, setAt } = joining;
  return { domain, role, setAt: presentInstant(setAt), open: isOpen };
}

export const JoinableOrganization = z
  .object({
    organization: z.object({ id: z.string(), name: z.string() }),
    domain: z.string(),
    role: z.string().openapi({ description: "The role that the caller would have." }),
  })
  .openapi("JoinableOrganization");

export function presentJoinable(joinable: JoinableRecord): z.infer<typeof JoinableOrganization> {
  const { organizationId, organizationName, domain, role } = joinable;
  return { organization: { id: organizationId, name: organizationName }, domain, role };
}
