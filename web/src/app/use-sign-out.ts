import { useNavigate } from "@tanstack/react-router";
import { isSignedOut, toProblem } from "../api/problem.ts";
import { signOut } from "../api/session.ts";
import { useLeaveSession } from "../session/use-session.ts";
import { useAnnounce } from "../ui/announcer.tsx";

/** Ends the session on the server first: the sign-in page is shown only when it is over. */
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
