// Handles the end of the session while a page is open. After input, the person signs in again in a dialog and
// continues. Otherwise the sign-in page opens and leads back here, and nothing of the session stays on the screen.
import { readableAddress } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type ReactElement, useCallback, useEffect, useRef, useState } from "react";
import { onSignedOut } from "../api/client.ts";
import { signIn, switchOrganization } from "../api/session.ts";
import { returnToQuery } from "../session/return-to.ts";
import { useEnterSession, useSession } from "../session/use-session.ts";
import { useAnnounce } from "../ui/announcer.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { PasswordField } from "../ui/field.tsx";
import { Form } from "../ui/form.tsx";
import { useAction } from "../ui/use-action.ts";

export function SessionEnd(): ReactElement {
  const [asking, setAsking] = useState(false);
  const leave = useLeave();
  useEffect(watchInput, []);
  const isHandOff = useSession().handOff !== null;
  // The session of a hand-off has no password to enter again.
  useEffect(() => onSignedOut(() => (hasUnsavedInput() && !isHandOff ? setAsking(true) : leave())), [leave, isHandOff]);
  return <SignInAgain open={asking} onDone={() => setAsking(false)} onLeave={leave} />;
}

/** Opens the sign-in page, which leads back here, and clears the cache. */
function useLeave(): () => void {
  const router = useRouter();
  const queryClient = useQueryClient();
  const isHandOff = useSession().handOff !== null;
  return useCallback(() => {
    const { location } = router.state;
    const page = isHandOff
      ? ({ to: "/hand-off", search: { returnTo: location.pathname + location.searchStr } } as const)
      : ({ to: "/sign-in", search: { ...returnToQuery(location), notice: "session-ended" } } as const);
    void router
      .navigate({ ...page, replace: true })
      .then(() => queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "instance" }));
  }, [router, queryClient, isHandOff]);
}

interface SignInAgainProps {
  readonly open: boolean;
  readonly onDone: () => void;
  readonly onLeave: () => void;
}

function SignInAgain({ open, onDone, onLeave }: SignInAgainProps): ReactElement {
  const { user, organization } = useSession();
  const enter = useEnterSession();
  const announce = useAnnounce();
  const action = useAction();
  const password = useRef<HTMLInputElement>(null);
  const wrong = action.problem?.code === "sign_in_failed" ? "This is not your password. Try again." : null;

  async function submit(text: string): Promise<void> {
    const session = await signIn({ email: user.email, password: text });
    // A new session may start in another organization, but the input is for the one on the screen.
    const here = organization === null || session.organization?.id === organization.id;
    enter(here ? session : await switchOrganization(organization.id).catch(() => session));
    onDone();
    announce("You are signed in again. Send the form again.");
  }

  return (
    <Dialog
      open={open}
      onClose={onLeave}
      title="Sign in again"
      lead="Your session has ended. Your input is still here."
      initialFocus={password}
    >
      <Form
        action={wrong ? { ...action, problem: null } : action}
        fields={["password"]}
        onSubmit={(values) => submit(values.text("password"))}
      >
        <p className="truncate text-soft">
          Signing in as <bdi className="font-medium text-ink">{readableAddress(user.email)}</bdi>
        </p>
        <input type="text" name="username" autoComplete="username" value={user.email} readOnly hidden />
        <PasswordField
          ref={password}
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          error={wrong ?? action.fieldErrors["password"]}
        />
        <DialogActions>
          <Button onClick={onLeave}>Leave this page</Button>
          <Button type="submit" kind="primary" busy={action.pending}>
            Sign in
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

// Whether a form on the page holds input that would be lost.

const edited = new Set<HTMLFormElement>();

/** Records in which forms people type. Returns a function that stops it. */
function watchInput(): () => void {
  document.addEventListener("input", note, { capture: true });
  return () => document.removeEventListener("input", note, { capture: true });
}

function hasUnsavedInput(): boolean {
  for (const form of edited) if (!form.isConnected) edited.delete(form);
  return edited.size > 0;
}

function note({ target }: Event): void {
  // Search text does not count: it is quickly typed again.
  if (!(target instanceof HTMLElement) || target.matches("[type=search], [role=search] *")) return;
  const form = target.closest("form");
  if (form !== null) edited.add(form);
}
