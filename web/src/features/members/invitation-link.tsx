import { type ReactElement, useEffect, useRef } from "react";
import type { IssuedInvitation } from "../../api/types.ts";
import { useInstance } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { DialogActions } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Time } from "../../ui/time-view.tsx";
import { deliveryText } from "./delivery-text.ts";

/** What became of the letter, and the one-time link to hand over, shown only in the answer that made it. */
export function InvitationLink({
  invitation,
  onDone,
}: {
  readonly invitation: IssuedInvitation;
  readonly onDone: () => void;
}): ReactElement {
  const { mail } = useInstance();
  const link = useRef<HTMLInputElement>(null);
  const { mailed } = invitation;
  useEffect(() => {
    if (!mailed) link.current?.select();
  }, [mailed]);
  return (
    <div className="grid gap-3">
      <Delivery invitation={invitation} />
      <div className="flex flex-wrap gap-2">
        <input
          ref={link}
          type="text"
          readOnly
          aria-label="Invitation link"
          value={invitation.url}
          onFocus={(event) => event.currentTarget.select()}
          className="control min-w-0 grow basis-56 font-mono text-[0.8125rem]!"
        />
        <CopyButton
          text={invitation.url}
          what="invitation link"
          kind={mailed ? "secondary" : "primary"}
          onFailed={() => link.current?.select()}
        />
      </div>
      <p className="text-[0.8125rem] text-soft">
        Works until <Time at={invitation.expiresAt} as="date-time" />, with the role {invitation.role}.{" "}
        {mail
          ? "By this link they join once they have confirmed their address by mail."
          : "Whoever holds the link and this address can join, so send it to nobody else."}
      </p>
      <DialogActions>
        <Button onClick={onDone}>Done</Button>
      </DialogActions>
    </div>
  );
}

function Delivery({ invitation }: { readonly invitation: IssuedInvitation }): ReactElement | null {
  const { mailed, mailProblem } = invitation;
  if (mailed) {
    return (
      <Notice tone="good" live="status">
        {deliveryText(invitation)} You need not do more.
      </Notice>
    );
  }
  if (mailProblem === "off" || mailProblem === "not_wanted")
    return <p className="text-soft">{deliveryText(invitation)}</p>;
  return (
    <Notice tone="warning" live="alert" title="Not mailed">
      {deliveryText(invitation)}
    </Notice>
  );
}
