// The person's account: name, email, password and deletion. Each section has its own form. Rule: a change to the
// sign-in needs the password. Deliberately absent: sessions and tokens, which have their own pages.
import { NAME_MAX_LENGTH, readableAddress } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactElement, useRef, useState } from "react";
import { deleteAccount, renameAccount } from "../../api/account.ts";
import { sessionQuery } from "../../api/session.ts";
import { ManagedByHost, useDirectoryHost, useKeeper } from "../../session/host.tsx";
import { useLeaveSession, useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { useAction } from "../../ui/use-action.ts";
import { EmailSection } from "./email-section.tsx";
import { PasswordSection } from "./password-section.tsx";

export function ProfilePage(): ReactElement {
  const { user } = useSession();
  const keeper = useKeeper(user);
  return (
    <Page title="Profile" lead="Your account on this server, in every organization.">
      <div className="grid gap-8">
        {keeper === null ? (
          <>
            <NameSection />
            <EmailSection />
          </>
        ) : (
          <ManagedByHost host={keeper} what="your name, your email address and your account" />
        )}
        <PasswordSection />
        <TokensSection />
        {keeper === null && <DeleteAccountSection />}
      </div>
    </Page>
  );
}

export function NameSection(): ReactElement {
  const { user } = useSession();
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  return (
    <Section title="Name" lead="How members of your organizations see you.">
      <Form
        action={action}
        fields={["name"]}
        label="Name"
        onSubmit={async (values) => {
          await renameAccount(values.text("name"));
          await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
          announce("Your name is saved.");
        }}
      >
        <TextField
          key={user.name}
          label="Your name"
          name="name"
          required
          maxLength={NAME_MAX_LENGTH}
          autoComplete="name"
          defaultValue={user.name}
          error={action.fieldErrors["name"]}
        />
        <div>
          <Button type="submit" busy={action.pending}>
            Save name
          </Button>
        </div>
      </Form>
    </Section>
  );
}

function TokensSection(): ReactElement {
  return (
    <Section title="Tokens" lead="For programs that act as you, in place of your password.">
      <Link to="/settings/tokens" className={buttonClass()}>
        See your personal access tokens
      </Link>
    </Section>
  );
}

export function DeleteAccountSection(): ReactElement {
  const [open, setOpen] = useState(false);
  const host = useDirectoryHost();
  return (
    <Section title="Delete account" danger lead="This is permanent and cannot be undone.">
      <div className="grid justify-items-start gap-4">
        <p>
          All your tokens and sessions are revoked at once,{host === null && " your personal organization is deleted,"}{" "}
          and you leave every {host === null && "other "}organization. API keys that you made for an organization stay,
          since they belong to it.
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
      lead={`This deletes ${readableAddress(user.email)} and revokes every token of yours. It cannot be undone.`}
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
