// What can be done with an open invitation: accept it as who one is, or sign in or create an account first.
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { acceptInvitation } from "../../api/invitations.ts";
import { sessionQuery, signIn, signOut, signUp } from "../../api/session.ts";
import type { EndedByProof, InvitationPreview, Session } from "../../api/types.ts";
import { endedText, FirstProofNotice } from "../../session/first-proof.tsx";
import { ReauthenticationProvider } from "../../session/reauthentication.tsx";
import { useEnterSession, useInstance, useLeaveSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Notice, ProblemNotice } from "../../ui/notice.tsx";
import { useAction } from "../../ui/use-action.ts";
import { ACCOUNT_FIELDS, AccountFields, accountOf } from "./account-fields.tsx";
import { ConfirmFirst } from "./confirm-first.tsx";
import { mustConfirmFirst } from "./must-confirm-first.ts";
import { isSameEmail } from "./same-email.ts";
import { useArrive } from "./use-arrive.ts";
import { isolated } from "../../ui/isolated.ts";

interface InvitationAnswerProps {
  readonly token: string;
  readonly preview: InvitationPreview;
  readonly session: Session | null;
  readonly spend: () => void;
}

export function InvitationAnswer(props: InvitationAnswerProps): ReactElement {
  const { preview, session } = props;
  if (session === null) return <JoinSignedOut {...props} />;
  if (!isSameEmail(session.user.email, preview.email)) return <WrongAccount {...props} session={session} />;
  return (
    <ReauthenticationProvider>
      <AcceptSignedIn {...props} session={session} />
    </ReauthenticationProvider>
  );
}

/** Whether joining by this link confirms the first address of the account, which ends what was made in it before. */
function isFirstProof({ mailed }: InvitationPreview, { user }: Session): boolean {
  return mailed && user.confirmingEnds;
}

type Joined = (session: Session, ended?: EndedByProof | null) => void;

function useJoined({ preview, spend }: InvitationAnswerProps): Joined {
  const arrive = useArrive();
  const announce = useAnnounce();
  return (session, ended = null) => {
    spend();
    announce(
      [`You are now a member of ${isolated(preview.organization.name)}.`, endedText(ended) ?? ""].join(" ").trim(),
    );
    arrive(session);
  };
}

function AcceptSignedIn(props: InvitationAnswerProps & { readonly session: Session }): ReactElement {
  const action = useAction();
  const joined = useJoined(props);
  const instance = useInstance();
  if (mustConfirmFirst(instance, props.preview, props.session))
    return <ConfirmFirst token={props.token} session={props.session} onJoined={joined} />;
  return (
    <div className="grid gap-4">
      {isFirstProof(props.preview, props.session) && (
        <FirstProofNotice title="Joining confirms your address, and that ends what was made before" />
      )}
      {action.problem && <ProblemNotice problem={action.problem} />}
      <div className="flex flex-wrap gap-2">
        <Button
          kind="primary"
          busy={action.pending}
          onClick={() =>
            void action.run(async () => {
              const accepted = await acceptInvitation(props.token);
              joined(accepted, accepted.ended);
            })
          }
        >
          Join <bdi>{props.preview.organization.name}</bdi>
        </Button>
        <Link to="/settings/tokens" className={buttonClass()}>
          Not now
        </Link>
      </div>
    </div>
  );
}

function WrongAccount({ preview, session }: InvitationAnswerProps & { readonly session: Session }): ReactElement {
  const action = useAction();
  const queryClient = useQueryClient();
  const leave = useLeaveSession();
  return (
    <div className="grid gap-4">
      <Notice tone="warning" title="You are signed in as someone else">
        The invitation is for <strong className="font-semibold">{preview.email}</strong>, and you are signed in as{" "}
        <strong className="font-semibold">{session.user.email}</strong>. Sign out and go on with the other account, or
        ask for an invitation to this address.
      </Notice>
      {action.problem && <ProblemNotice problem={action.problem} />}
      <Button
        busy={action.pending}
        onClick={() =>
          void action.run(async () => {
            await signOut();
            // The page asks again who is here; removed first, the old answer would stay on it.
            await queryClient.resetQueries({ queryKey: sessionQuery.queryKey });
            leave();
          })
        }
      >
        Sign out and continue
      </Button>
    </div>
  );
}

function JoinSignedOut(props: InvitationAnswerProps): ReactElement {
  return props.preview.hasAccount ? <SignInToJoin {...props} /> : <SignUpToJoin {...props} />;
}

function SignUpToJoin(props: InvitationAnswerProps): ReactElement {
  const action = useAction();
  const joined = useJoined(props);
  const enter = useEnterSession();
  return (
    <Form
      action={action}
      fields={ACCOUNT_FIELDS}
      label="Create an account"
      onSubmit={async (values) => {
        const session = await signUp({ ...accountOf(values), invitation: props.token });
        // By a link that was handed over the account is open, and joining waits for its address to be confirmed.
        if (session.organization.id === props.preview.organization.id) joined(session);
        else enter(session);
      }}
    >
      <AccountFields errors={action.fieldErrors} fixedEmail={props.preview.email} />
      <Button type="submit" kind="primary" busy={action.pending} className="mt-1">
        Create account and join
      </Button>
    </Form>
  );
}

function SignInToJoin(props: InvitationAnswerProps): ReactElement {
  const action = useAction();
  const joined = useJoined(props);
  const enter = useEnterSession();
  const instance = useInstance();
  return (
    <Form
      action={action}
      label="Sign in"
      onSubmit={async (values) => {
        const session = await signIn({ email: values.text("email"), password: values.text("password") });
        // Who has to know or do something first does it on the page for people who are signed in.
        if (mustConfirmFirst(instance, props.preview, session) || isFirstProof(props.preview, session)) enter(session);
        else joined(await acceptInvitation(props.token));
      }}
    >
      <TextField
        label="Email"
        name="email"
        type="email"
        required
        autoComplete="username"
        value={props.preview.email}
        readOnly
        hint="The invitation is for this address."
        error={action.fieldErrors["email"]}
      />
      <PasswordField
        label="Password"
        name="password"
        required
        autoComplete="current-password"
        error={action.fieldErrors["password"]}
      />
      <Button type="submit" kind="primary" busy={action.pending} className="mt-1">
        Sign in and join
      </Button>
    </Form>
  );
}
