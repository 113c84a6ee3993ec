import type { Deps } from "../deps.ts";
import { getOpenInvitation, type OpenInvitation } from "./find-invitation.ts";

export interface InvitationPreview extends OpenInvitation {
  /** Whether the invited address has an account: then the person signs in, else they sign up. */
  readonly hasAccount: boolean;
}

/** What a link leads to, before anything is accepted. Whoever holds the link may know; it is the only key to this. */
export async function previewInvitation(
  deps: Pick<Deps, "store" | "catalogue" | "clock" | "settings">,
  token: string,
): Promise<InvitationPreview> {
  const { reads } = deps.store;
  const open = await getOpenInvitation(deps, reads, token);
  return { ...open, hasAccount: (await reads.findUserByEmail(open.invitation.email)) !== null };
}
