import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { requestVerification } from "../../api/email.ts";
import { acceptInvitation } from "../../api/invitations.ts";
import { sessionQuery } from "../../api/session.ts";
import type { Session } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { Notice, ProblemNotice } from "../../ui/notice.tsx";
import { useAction } from "../../ui/use-action.ts";

interface ConfirmFirstProps {
  readonly token: string;
  readonly session: Session;
  readonly onJoined: (session: Session) => void;
}

/** A link that was handed over proves no address: this person proves theirs by a letter, then joins. */
export function ConfirmFirst({ token, session, onJoined }: ConfirmFirstProps): ReactElement {
  const asking = useAction();
  const joining = useAction();
  const queryClient = useQueryClient();
  const [sent, setSent] = useState(false);
  const unproved = joining.problem?.code === "email_unverified";
  const problem = unproved ? null : (joining.problem ?? asking.problem);
  return (
    <div className="grid gap-4">
      <Notice title="Confirm your address first" tone={unproved ? "warning" : "info"} live="status">
        {unproved ? "It is not confirmed yet. " : ""}
        {sent ? "An email is on its way to " : "This link was handed to you, so an email has to show that you read "}
        <strong className="font-semibold">{session.user.email}</strong>
        {sent ? ": open the link in it, then come back here." : ". New accounts have been sent one already."}
      </Notice>
      {problem && problem.code !== "email_verified" && <ProblemNotice problem={problem} />}
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
