// What reinstating a member, and leaving, ask first and then do. Removing and suspending have a page of their own.
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { leaveOrganization, membersQuery, reinstateMember } from "../../api/members.ts";
import { sessionQuery } from "../../api/session.ts";
import type { Member } from "../../api/types.ts";
import { useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import type { Confirmation } from "../../ui/confirm-action.tsx";
import type { MemberAction } from "./member-actions.ts";
import { isolated } from "../../ui/isolated.ts";

export type ConfirmedAction = Exclude<MemberAction, "change-role" | "suspend" | "remove">;

export function useMemberConfirmations(): Record<ConfirmedAction, (member: Member) => Confirmation> {
  const { organization } = useSession();
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const navigate = useNavigate();
  async function done(message: string): Promise<void> {
    await queryClient.invalidateQueries({ queryKey: membersQuery(organization.id).queryKey });
    announce(message);
  }
  return {
    reinstate: (member) => ({
      title: `Reinstate ${isolated(member.user.name)}?`,
      confirmLabel: "Reinstate",
      danger: false,
      body: (
        <p>
          <bdi>{member.user.name}</bdi> gets the role {member.role} back, and tokens that were not revoked work again.
        </p>
      ),
      work: async () => {
        await reinstateMember(organization.id, member.id);
        await done(`${isolated(member.user.name)} is reinstated.`);
      },
    }),
    leave: (member) => ({
      title: `Leave ${isolated(organization.name)}?`,
      confirmLabel: "Leave organization",
      body: <p>Your {tokensOf(member)} here are revoked for good. To come back you need a new invitation.</p>,
      work: async () => {
        await leaveOrganization(organization.id, member.id);
        // The session now acts in another organization: read which one before anything is drawn.
        await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
        queryClient.removeQueries({ queryKey: ["organizations", organization.id] });
        announce(`You have left ${isolated(organization.name)}.`);
        await navigate({ to: "/settings/tokens" });
      },
    }),
  };
}

/** "2 tokens", "tokens" when there are none. */
function tokensOf({ tokenCount }: Member): string {
  return tokenCount > 1 ? `${tokenCount} tokens` : "tokens";
}
