import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useRef, useState } from "react";
import { deleteAccount } from "../../api/account.ts";
import { useLeaveSession, useSession } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { PasswordField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Section } from "../../ui/page.tsx";
import { useAction } from "../../ui/use-action.ts";

export function DeleteAccountSection(): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <Section title="Delete account" danger lead="For good. Nobody can bring it back.">
      <div className="grid justify-items-start gap-4">
        <p>
          All your tokens stop working at once, your sessions end, your personal organization goes, and you leave every
          other organization. API keys you made for an organization stay: they belong to it.
        </p>
        <Button kind="danger" onClick={() => setOpen(true)}>
          Delete account
        </Button>
      </div>
      <DeleteAccountDialog open={open} onClose={() => setOpen(false)} />
    </Section>
  );
}

function DeleteAccountDialog({
  open,
  onClose,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
}): ReactElement {
  const { user } = useSession();
  const password = useRef<HTMLInputElement>(null);
  const action = useAction();
  const leave = useLeaveSession();
  const navigate = useNavigate();
  const wrong = action.problem?.code === "password_wrong" ? "This is not your password." : null;
  function close(): void {
    action.reset();
    onClose();
  }
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Delete your account?"
      lead={`This deletes ${user.email} and revokes every token of yours. It cannot be undone.`}
      initialFocus={password}
    >
      <Form
        action={wrong ? { ...action, problem: null } : action}
        fields={["password"]}
        onSubmit={async (values) => {
          await deleteAccount(values.text("password"));
          await navigate({ to: "/sign-in", search: { notice: "account-deleted" } });
          leave();
        }}
      >
        <PasswordField
          ref={password}
          label="Password"
          name="password"
          required
          autoComplete="current-password"
          error={wrong ?? action.fieldErrors["password"]}
        />
        <DialogActions>
          <Button onClick={close}>Keep my account</Button>
          <Button type="submit" kind="danger" busy={action.pending}>
            Delete account
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
