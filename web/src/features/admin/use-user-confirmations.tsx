// What is asked before an instance admin changes somebody's account: each question says exactly what will happen.
import { useQueryClient } from "@tanstack/react-query";
import { ADMIN_ORGANIZATIONS } from "../../api/admin-organizations.ts";
import { ADMIN_TOKENS } from "../../api/admin-tokens.ts";
import { ADMIN_USERS, endUserSessions, reinstateUser, setInstanceAdmin, suspendUser } from "../../api/admin-users.ts";
import { sessionQuery } from "../../api/session.ts";
import type { AdminUserDetail } from "../../api/types.ts";
import { useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import type { Confirmation } from "../../ui/confirm-action.tsx";
import { isolated } from "../../ui/isolated.ts";
import { countOf } from "./words.ts";

type UserAction = "suspend" | "reinstate" | "end-sessions" | "appoint" | "dismiss";

export function useUserConfirmations(): Readonly<Record<UserAction, (user: AdminUserDetail) => Confirmation>> {
  const session = useSession();
  const queryClient = useQueryClient();
  const announce = useAnnounce();

  async function done(message: string): Promise<void> {
    await Promise.all(
      [ADMIN_USERS, ADMIN_ORGANIZATIONS, ADMIN_TOKENS].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
    );
    announce(message);
  }

  return {
    suspend: ({ id, name, email, tokenCount, membershipCount }) => ({
      title: `Suspend ${isolated(name)}?`,
      confirmLabel: "Suspend user",
      body: (
        <>
          <p>
            <bdi>{email}</bdi> is signed out everywhere and cannot sign in, and all their tokens (
            {countOf(tokenCount, "live token")} in {countOf(membershipCount, "organization")}) are refused at once,
            until you reinstate them.
          </p>
          <p>Where an organization’s policy revokes tokens on suspension, theirs end for good.</p>
        </>
      ),
      work: async () => {
        await suspendUser(id);
        await done(`${isolated(name)} is suspended. Their tokens are refused everywhere.`);
      },
    }),
    reinstate: ({ id, name }) => ({
      title: `Reinstate ${isolated(name)}?`,
      confirmLabel: "Reinstate user",
      danger: false,
      body: <p>They can sign in again, and their tokens work again, except those that were revoked.</p>,
      work: async () => {
        await reinstateUser(id);
        await done(`${isolated(name)} is reinstated.`);
      },
    }),
    "end-sessions": ({ id, name, sessionCount }) => ({
      title: id === session.user.id ? "Sign out your other browsers?" : `Sign ${isolated(name)} out everywhere?`,
      confirmLabel: "End sessions",
      body: (
        <p>
          {id === session.user.id
            ? "Every browser you are signed in with is signed out, but not this one."
            : `${countOf(sessionCount, "browser")} will be signed out at once. They can sign in again, and their tokens keep working.`}
        </p>
      ),
      work: async () => {
        const ended = await endUserSessions(id);
        await done(`${countOf(ended, "session")} ended.`);
      },
    }),
    appoint: ({ id, name, email }) => ({
      title: `Make ${isolated(name)} an instance admin?`,
      confirmLabel: "Appoint instance admin",
      body: (
        <>
          <p>
            <bdi>{email}</bdi> will see every account, organization and token of this server, and can suspend people,
            revoke tokens, appoint owners, and appoint and dismiss instance admins, you included.
          </p>
          <p>Every instance admin hears of it by mail, if this server sends mail, and the audit log records it.</p>
        </>
      ),
      work: async () => {
        await setInstanceAdmin(id, true);
        await done(`${isolated(name)} is an instance admin.`);
      },
    }),
    dismiss: ({ id, name }) => ({
      title:
        id === session.user.id ? "Step down as an instance admin?" : `Dismiss ${isolated(name)} as an instance admin?`,
      confirmLabel: id === session.user.id ? "Step down" : "Dismiss instance admin",
      body: (
        <>
          <p>
            {id === session.user.id
              ? "From then on you cannot open these pages. Another instance admin can appoint you again."
              : "From then on they can open none of these pages. Their account, memberships and tokens stay as they are."}
          </p>
          <p>Every instance admin hears of it by mail, if this server sends mail, and the audit log records it.</p>
        </>
      ),
      work: async () => {
        await setInstanceAdmin(id, false);
        if (id !== session.user.id) return done(`${isolated(name)} is no longer an instance admin.`);
        await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
        announce("You are no longer an instance admin.");
      },
    }),
  };
}
