import { useNavigate } from "@tanstack/react-router";
import { isSignedOut, toProblem } from "../api/problem.ts";
import { signOut, switchOrganization } from "../api/session.ts";
import { useEnterSession, useLeaveSession, useSession } from "../session/use-session.ts";
import { useAnnounce } from "../ui/announcer.tsx";
import { isolated } from "../ui/text.ts";

/** The guides open in another tab, since this page may show a form or a secret that is shown only once. */
export function openDocumentation(): void {
  window.open("/docs", "_blank", "noopener");
}

/** Ends the session on the server before the sign-in page is shown. */
export function useSignOut(): () => Promise<void> {
  const navigate = useNavigate();
  const leave = useLeaveSession();
  const announce = useAnnounce();
  return async () => {
    try {
      await signOut();
    } catch (error) {
      if (!isSignedOut(error)) {
        announce(`You are still signed in. ${toProblem(error).detail}`, { failed: true });
        return;
      }
    }
    await navigate({ to: "/sign-in", search: { notice: "signed-out" } });
    leave();
  };
}

/** Switches to another organization and announces it. */
export function useSwitchOrganization(): (id: string) => Promise<void> {
  const session = useSession();
  const enter = useEnterSession();
  const announce = useAnnounce();
  const navigate = useNavigate();
  return async (id) => {
    if (id === session.organization?.id) return;
    try {
      const next = await switchOrganization(id);
      enter(next);
      if (next.organization === null) return;
      announce(`You are now acting in ${isolated(next.organization.name)}.`);
      // The page belongs to the previous organization.
      if (window.location.pathname.startsWith("/organization/") && next.organization.personal) {
        await navigate({ to: "/settings/tokens" });
      }
    } catch (error) {
      announce(toProblem(error).detail, { failed: true });
    }
  };
}
