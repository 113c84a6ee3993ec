import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import type { AdminUserDetail } from "../../api/types.ts";
import { useSession } from "../../session/use-session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { ConfirmAction, type Confirmation } from "../../ui/confirm-action.tsx";
import { Section } from "../../ui/page.tsx";
import { RevokeUserTokensDialog } from "./revoke-user-tokens-dialog.tsx";
import { useUserConfirmations } from "./use-user-confirmations.tsx";
import { countOf } from "./words.ts";

/** Everything that can be done about an account, from the mildest to the hardest. */
export function UserActions({ user }: { readonly user: AdminUserDetail }): ReactElement {
  const session = useSession();
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const [revoking, setRevoking] = useState(false);
  const confirmations = useUserConfirmations();
  const self = user.id === session.user.id;
  return (
    <>
      <Section title="Sessions" lead="Signing out stops nothing but browsers.">
        <div className="grid justify-items-start gap-3">
          <p>
            {user.sessionCount === 0
              ? "No browser is signed in."
              : `${countOf(user.sessionCount, "browser")} ${user.sessionCount === 1 ? "is" : "are"} signed in.`}
          </p>
          <Button
            disabled={user.sessionCount === (self ? 1 : 0)}
            onClick={() => setConfirmation(confirmations["end-sessions"](user))}
          >
            {self ? "End other sessions" : "End all sessions"}
          </Button>
        </div>
      </Section>
      <Section title="Tokens" lead="Personal access tokens in every organization. API keys belong to organizations.">
        <div className="grid justify-items-start gap-3">
          <p>{user.tokenCount === 0 ? "No token is live." : `${countOf(user.tokenCount, "token")} live.`}</p>
          <div className="flex flex-wrap gap-2">
            <Link to="/admin/tokens" search={{ user: user.id }} className={buttonClass()}>
              See their tokens
            </Link>
            <Button disabled={user.tokenCount === 0} onClick={() => setRevoking(true)}>
              Revoke tokens…
            </Button>
          </div>
        </div>
      </Section>
      <Section title="Instance admin" lead="Runs this server: users, organizations from outside, services.">
        <div className="grid justify-items-start gap-3">
          <p>{standingOf(user, self)}</p>
          {user.instanceAdmin ? (
            <Button onClick={() => setConfirmation(confirmations.dismiss(user))}>
              {self ? "Step down" : "Dismiss instance admin"}
            </Button>
          ) : (
            <Button disabled={user.suspendedAt !== null} onClick={() => setConfirmation(confirmations.appoint(user))}>
              Appoint instance admin
            </Button>
          )}
        </div>
      </Section>
      <Section
        title={user.suspendedAt ? "Suspended" : "Suspension"}
        danger
        lead="Stops the person everywhere, until undone."
      >
        <div className="grid justify-items-start gap-3">
          <p>{suspensionOf(user, self)}</p>
          {!self &&
            (user.suspendedAt ? (
              <Button onClick={() => setConfirmation(confirmations.reinstate(user))}>Reinstate user</Button>
            ) : (
              <Button kind="danger" onClick={() => setConfirmation(confirmations.suspend(user))}>
                Suspend user
              </Button>
            ))}
        </div>
      </Section>
      <ConfirmAction confirmation={confirmation} onClose={() => setConfirmation(null)} />
      <RevokeUserTokensDialog user={user} open={revoking} onClose={() => setRevoking(false)} />
    </>
  );
}

function standingOf({ instanceAdmin, suspendedAt }: AdminUserDetail, self: boolean): string {
  if (instanceAdmin) return self ? "You are an instance admin." : "They are an instance admin.";
  if (suspendedAt) return "They are no instance admin. Reinstate them before you appoint them.";
  return "They are no instance admin.";
}

function suspensionOf({ suspendedAt }: AdminUserDetail, self: boolean): string {
  if (self) return "You cannot suspend yourself. Ask another instance admin, or delete your account on your profile.";
  if (suspendedAt) return "They cannot sign in, and their tokens are refused everywhere.";
  return "Signs them out, keeps them out, and stops all their tokens at once, in every organization.";
}
