import { type ReactElement, useState } from "react";
import { requestVerification } from "../../api/email.ts";
import { FirstProofNotice } from "../../session/first-proof.tsx";
import { useInstance, useSession } from "../../session/use-session.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Notice, ProblemNotice } from "../../ui/notice.tsx";
import { useAction } from "../../ui/use-action.ts";

/** Whether the present address is confirmed, and the letter that confirms it. */
export function EmailVerification(): ReactElement {
  const { user } = useSession();
  const { mail } = useInstance();
  const action = useAction();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const sent = sentTo === user.email;
  return (
    <div className="grid justify-items-start gap-3">
      <p className="flex flex-wrap items-center gap-2 wrap-anywhere">
        <strong className="font-semibold">{user.email}</strong>
        {user.emailVerified ? <Badge tone="good">Confirmed</Badge> : <Badge tone="warning">Not confirmed</Badge>}
      </p>
      {!user.emailVerified && (
        <>
          <p className="text-[0.8125rem] text-soft">
            {mail
              ? "Services do not see the address until you open the link in the email sent to it. It works once, for one hour."
              : "Services do not see the address: it takes mail to confirm one, and this server sends none."}
          </p>
          {mail && user.confirmingEnds && <FirstProofNotice />}
          {action.problem && <ProblemNotice problem={action.problem} />}
          {sent && !action.problem && (
            <Notice tone="good" live="status" title="An email is on its way">
              Open the link in it on this browser, or wherever you are signed in.
            </Notice>
          )}
          {mail && (
            <Button
              busy={action.pending}
              onClick={() =>
                void action.run(async () => {
                  await requestVerification();
                  setSentTo(user.email);
                })
              }
            >
              {sent ? "Send it again" : "Send me an email"}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
