import type { Operation } from "../../operation.ts";
import { acceptInvitation } from "./accept-invitation.ts";
import { createInvitation } from "./create-invitation.ts";
import { listInvitations } from "./list-invitations.ts";
import { previewInvitation } from "./preview-invitation.ts";
import { resendInvitation } from "./resend-invitation.ts";
import { withdrawInvitation } from "./withdraw-invitation.ts";

export const invitationOperations: readonly Operation[] = [
  listInvitations,
  createInvitation,
  withdrawInvitation,
  resendInvitation,
  previewInvitation,
  acceptInvitation,
];
