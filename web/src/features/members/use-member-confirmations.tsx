// What each action on a member asks first, and then does.
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { membersQuery, reinstateMember, removeMember, suspendMember } from "../../api/members.ts";
import { sessionQuery } from "../../api/session.ts";
import type { Member } from "../../api/types.ts";
import { useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import type { Confirmation } from "../../ui/confirm-action.tsx";
import type { MemberAction } from "./member-actions.ts";

export type ConfirmedAction = Exclude<MemberAction, "change-role">;

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
    suspend: (member) => ({
      title: `Suspend ${member.user.name}?`,
      confirmLabel: "Suspend",
      body: (
        <p>
          {member.user.name} can do nothing in {organization.name} until reinstated, and their {tokensOf(member)} here
          stop at once.
        </p>
      ),
      work: async () => {
        await suspendMember(organization.id, member.id);
        await done(`${member.user.name} is suspended. Their tokens here are refused everywhere.`);
      },
    }),
    reinstate: (member) => ({
      title: `Reinstate ${member.user.name}?`,
      confirmLabel: "Reinstate",
      danger: false,
      body: (
        <p>
          {member.user.name} gets the role {member.role} back, and tokens that were not revoked work again.
        </p>
      ),
      work: async () => {
        await reinstateMember(organization.id, member.id);
        await done(`${member.user.name} is reinstated.`);
      },
    }),
    remove: (member) => ({
      title: `Remove ${member.user.name}?`,
      confirmLabel: "Remove member",
      body: (
        <p>
          {member.user.name} leaves {organization.name}, and their {tokensOf(member)} here are revoked for good, also if
          they are invited again. Invitations they sent are withdrawn. Their tokens elsewhere are not touched.
        </p>
      ),
      work: async () => {
        await removeMember(organization.id, member.id);
        await done(`${member.user.name} is removed. Their tokens here are refused everywhere.`);
      },
    }),
    leave: (member) => ({
      title: `Leave ${organization.name}?`,
      confirmLabel: "Leave organization",
      body: <p>Your {tokensOf(member)} here are revoked for good. To come back you need a new invitation.</p>,
      work: async () => {
        await removeMember(organization.id, member.id);
        // The session now acts in another organization: read which one before anything is drawn.
        await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
        queryClient.removeQueries({ queryKey: ["organizations", organization.id] });
        announce(`You have left ${organization.name}.`);
        await navigate({ to: "/settings/tokens" });
      },
    }),
  };
}

/** "2 tokens", "tokens" when there are none. */
function tokensOf({ tokenCount }: Member): string {
  return tokenCount > 1 ? `${tokenCount} tokens` : "tokens";
}
