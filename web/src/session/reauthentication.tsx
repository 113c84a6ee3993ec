// Asks for the password when the server requires a recent one, and then repeats the action. Every action of the pages
// inside runs through it. Only the field of the form holds the password.
import { REAUTHENTICATION_MS } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useCallback, useRef, useState } from "react";
import { Problem } from "../api/problem.ts";
import { reauthenticate, sessionQuery } from "../api/session.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { PasswordField } from "../ui/field.tsx";
import { Form } from "../ui/form.tsx";
import { ActionCancelled, type Retry, RetryContext, useAction } from "../ui/use-action.ts";
import { isolated } from "../ui/text.ts";
import { hostSignIn } from "./return-to.ts";
import { useInstance, useSession } from "./use-session.ts";

const MINUTES = REAUTHENTICATION_MS / 60_000;

interface Pending {
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** When an action needs a recent password, asks for it and runs the action again. */
export function ReauthenticationProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [pending, setPending] = useState<Pending | null>(null);
  const withReauthentication = useCallback<Retry>(async (work) => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "reauthentication_required") throw error;
    }
    await new Promise<void>((resolve, reject) => setPending({ resolve, reject }));
    return await work();
  }, []);
  return (
    <RetryContext value={withReauthentication}>
      {children}
      <Proof
        open={pending !== null}
        onDone={() => {
          pending?.resolve();
          setPending(null);
        }}
        onCancel={() => {
          pending?.reject(new ActionCancelled());
          setPending(null);
        }}
      />
    </RetryContext>
  );
}

/** In the session of a hand-off, the host knows how a person proves who they are. */
function Proof(props: PasswordDialogProps): ReactElement {
  const { handOff } = useSession();
  return handOff === null ? (
    <PasswordDialog {...props} />
  ) : (
    <HostDialog open={props.open} onCancel={props.onCancel} returnUrl={handOff.returnUrl} />
  );
}

interface HostDialogProps {
  readonly open: boolean;
  readonly onCancel: () => void;
  readonly returnUrl: string | null;
}

/** Sends the person to the host, which leads back to this page by a fresh hand-off. */
function HostDialog({ open, onCancel, returnUrl }: HostDialogProps): ReactElement {
  const instance = useInstance();
  const { pathname, search } = window.location;
  const address = hostSignIn(instance, pathname + search, { reauthenticate: true }) ?? returnUrl ?? instance.host?.url;
  const name = instance.host?.name ?? (address === undefined ? "where you came from" : new URL(address).host);
  return (
    <Dialog
      open={open}
      onClose={onCancel}
      title="Confirm that it is you"
      lead={`This needs a sign-in within the last ${MINUTES} minutes. Sign in again at ${isolated(name)}, which leads you back here. This page forgets what you entered.`}
    >
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        {address !== undefined && (
          <a href={address} className={buttonClass("primary")}>
            <span>
              Continue at <bdi>{name}</bdi>
            </span>
          </a>
        )}
      </DialogActions>
    </Dialog>
  );
}

interface PasswordDialogProps {
  readonly open: boolean;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

function PasswordDialog({ open, onDone, onCancel }: PasswordDialogProps): ReactElement {
  const { user } = useSession();
  const password = useRef<HTMLInputElement>(null);
  const action = useAction();
  const queryClient = useQueryClient();
  function cancel(): void {
    action.reset();
    onCancel();
  }
  const wrong = action.problem?.code === "password_wrong" ? "This is not your password. Try again." : null;
  return (
    <Dialog
      open={open}
      onClose={cancel}
      title="Confirm that it is you"
      lead={`You typed your password more than ${MINUTES} minutes ago. Type it again to continue. You will not be asked again for ${MINUTES} minutes.`}
      initialFocus={password}
    >
      <Form
        action={wrong ? { ...action, problem: null } : action}
        fields={["password"]}
        onSubmit={async (values) => {
          queryClient.setQueryData(sessionQuery.queryKey, await reauthenticate(values.text("password")));
          onDone();
        }}
      >
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
          <Button onClick={cancel}>Cancel</Button>
          <Button type="submit" kind="primary" busy={action.pending}>
            Confirm
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
