import { useNavigate } from "@tanstack/react-router";
import { toProblem } from "../api/problem.ts";
import { switchOrganization } from "../api/session.ts";
import { useEnterSession, useSession } from "../session/use-session.ts";
import { useAnnounce } from "../ui/announcer.tsx";
import { isolated } from "../ui/isolated.ts";

/** Acts in another organization from now on, and says so. */
export function useSwitchOrganization(): (id: string) => Promise<void> {
  const session = useSession();
  const enter = useEnterSession();
  const announce = useAnnounce();
  const navigate = useNavigate();
  return async (id) => {
    if (id === session.organization.id) return;
    try {
      const next = await switchOrganization(id);
      enter(next);
      announce(`You are now acting in ${isolated(next.organization.name)}.`);
      // What was on the page belonged to the other organization.
      if (window.location.pathname.startsWith("/organization/") && next.organization.personal) {
        await navigate({ to: "/settings/tokens" });
      }
    } catch (error) {
      announce(toProblem(error).detail, { failed: true });
    }
  };
}
