// Asks for the password when the server requires a recent one, and then repeats the action. Every action of the pages
// inside runs through it. Only the field of the form holds the password.
import { REAUTHENTICATION_MS } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useCallback, useRef, useState } from "react";
import { Problem } from "../api/problem.ts";
import { reauthenticate, sessionQuery } from "../api/session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { PasswordField } from "../ui/field.tsx";
import { Form } from "../ui/form.tsx";
import { ActionCancelled, type Retry, RetryContext, useAction } from "../ui/use-action.ts";
import { useSession } from "./use-session.ts";

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
      <PasswordDialog
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
