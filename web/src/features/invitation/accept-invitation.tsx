// The ways to accept an open invitation: as the signed-in person, or after signing in or creating an account.
import { readableAddress } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { requestVerification, signUp } from "../../api/account.ts";
import { acceptInvitation } from "../../api/invitation.ts";
import { sessionQuery, signIn } from "../../api/session.ts";
import type { EndedByProof, InvitationPreview, Session } from "../../api/types.ts";
import { endedText, FirstProofCallout } from "../../session/first-proof.tsx";
import { ReauthenticationProvider } from "../../session/reauthentication.tsx";
import { useEnterSession, useInstance } from "../../session/use-session.ts";
import { ACCOUNT_FIELDS, AccountFields, accountOf, SignOutAndContinue, useArrive } from "../../session/welcome.tsx";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Callout, ProblemCallout } from "../../ui/callout.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { isolated } from "../../ui/text.ts";
import { useAction } from "../../ui/use-action.ts";
import { isSameEmail, mustConfirmFirst } from "./invited-person.ts";

interface AcceptInvitationProps {
  readonly token: string;
  readonly preview: InvitationPreview;
  readonly session: Session | null;
  readonly spend: () => void;
}

export function AcceptInvitation(props: AcceptInvitationProps): ReactElement {
  const { preview, session } = props;
  if (session === null) return <JoinSignedOut {...props} />;
  if (!isSameEmail(session.user.email, preview.email)) return <WrongAccount {...props} session={session} />;
  return (
    <ReauthenticationProvider>
      <AcceptSignedIn {...props} session={session} />
    </ReauthenticationProvider>
  );
}

/** Whether joining by this link confirms the first address of the account, which revokes everything made before. */
function isFirstProof({ mailed }: InvitationPreview, { user }: Session): boolean {
  return mailed && user.confirmingEnds;
}

type Joined = (session: Session, ended?: EndedByProof | null) => void;

function useJoined({ preview, spend }: AcceptInvitationProps): Joined {
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

function AcceptSignedIn(props: AcceptInvitationProps & { readonly session: Session }): ReactElement {
  const action = useAction();
  const joined = useJoined(props);
  const instance = useInstance();
  if (mustConfirmFirst(instance, props.preview, props.session))
    return <ConfirmFirst token={props.token} session={props.session} onJoined={joined} />;
  return (
    <div className="grid gap-4">
      {isFirstProof(props.preview, props.session) && (
        <FirstProofCallout title="Joining confirms your address and revokes everything made before" />
      )}
      {action.problem && <ProblemCallout problem={action.problem} />}
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

function WrongAccount({ preview, session }: AcceptInvitationProps & { readonly session: Session }): ReactElement {
  return (
    <div className="grid gap-4">
      <Callout tone="warning" title="You are signed in as someone else">
        The invitation is for <strong className="font-semibold">{readableAddress(preview.email)}</strong>, and you are
        signed in as <strong className="font-semibold">{readableAddress(session.user.email)}</strong>. Sign out and
        continue with the other account, or ask for an invitation to this address.
      </Callout>
      <SignOutAndContinue />
    </div>
  );
}

function JoinSignedOut(props: AcceptInvitationProps): ReactElement {
  return props.preview.hasAccount ? <SignInToJoin {...props} /> : <SignUpToJoin {...props} />;
}

function SignUpToJoin(props: AcceptInvitationProps): ReactElement {
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
        // After a link that was passed on, the account exists, but the person joins only after confirming the address.
        if (session.organization?.id === props.preview.organization.id) joined(session);
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

function SignInToJoin(props: AcceptInvitationProps): ReactElement {
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
        // If the person has to confirm something first, the page for signed-in people asks for it.
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

interface ConfirmFirstProps {
  readonly token: string;
  readonly session: Session;
  readonly onJoined: (session: Session) => void;
}

/** A link that a person passed on proves no address. So this person confirms their address by email and then joins. */
function ConfirmFirst({ token, session, onJoined }: ConfirmFirstProps): ReactElement {
  const asking = useAction();
  const joining = useAction();
  const queryClient = useQueryClient();
  const [sent, setSent] = useState(false);
  const unproved = joining.problem?.code === "email_unverified";
  const problem = unproved ? null : (joining.problem ?? asking.problem);
  return (
    <div className="grid gap-4">
      <Callout title="Confirm your address first" tone={unproved ? "warning" : "info"} live="status">
        {unproved ? "It is not confirmed yet. " : ""}
        {sent
          ? "An email is on its way to "
          : "Someone passed this link to you, so an email has to confirm that you can read mail at "}
        <strong className="font-semibold">{readableAddress(session.user.email)}</strong>
        {sent ? ": open the link in it, then come back here." : ". A new account has already been sent one."}
      </Callout>
      {problem && problem.code !== "email_verified" && <ProblemCallout problem={problem} />}
      <div className="flex flex-wrap gap-2">
        <Button
          kind="primary"
          busy={joining.pending}
          onClick={() => void joining.run(async () => onJoined(await acceptInvitation(token)))}
        >
          I have confirmed it
        </Button>
        <Button
          busy={asking.pending}
          onClick={() =>
            void asking.run(async () => {
              await requestVerification();
              await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
              setSent(true);
            })
          }
        >
          {sent ? "Send it again" : "Send me an email"}
        </Button>
      </div>
    </div>
  );
}
