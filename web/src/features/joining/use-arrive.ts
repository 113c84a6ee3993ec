import { useRouter } from "@tanstack/react-router";
import type { Session } from "../../api/types.ts";
import { safeReturnTo } from "../../session/return-to.ts";
import { useEnterSession } from "../../session/use-session.ts";

/** Goes to where the person wanted to be, as who they now are. */
export function useArrive(): (session: Session, returnTo?: string) => void {
  const router = useRouter();
  const enter = useEnterSession();
  return (session, returnTo) => {
    enter(session);
    router.history.replace(safeReturnTo(returnTo));
  };
}
