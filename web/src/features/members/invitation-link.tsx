import { type ReactElement, useEffect, useRef } from "react";
import type { IssuedInvitation } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { DialogActions } from "../../ui/dialog.tsx";
import { Time } from "../../ui/time-view.tsx";

/** The one-time link, shown only in the answer that made it. */
export function InvitationLink({
  invitation,
  onDone,
}: {
  readonly invitation: IssuedInvitation;
  readonly onDone: () => void;
}): ReactElement {
  const link = useRef<HTMLInputElement>(null);
  useEffect(() => link.current?.select(), []);
  return (
    <div className="grid gap-3">
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
          kind="primary"
          onFailed={() => link.current?.select()}
        />
      </div>
      <p className="text-[0.8125rem] text-soft">
        Works until <Time at={invitation.expiresAt} as="date-time" />, with the role {invitation.role}. Whoever holds
        the link and this address can join, so send it to nobody else.
      </p>
      <DialogActions>
        <Button onClick={onDone}>Done</Button>
      </DialogActions>
    </div>
  );
}
