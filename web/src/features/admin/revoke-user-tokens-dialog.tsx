// Revokes one person's tokens, in all of their organizations or in some, and shows the receipt.
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { ADMIN_ORGANIZATIONS } from "../../api/admin-organizations.ts";
import { ADMIN_TOKENS } from "../../api/admin-tokens.ts";
import { ADMIN_USERS, revokeUserTokens } from "../../api/admin-users.ts";
import type { AdminUserDetail, RevokedTokens } from "../../api/types.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Choice } from "../../ui/field.tsx";
import { isolated } from "../../ui/isolated.ts";
import { Notice, ProblemNotice } from "../../ui/notice.tsx";
import { Time } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";
import { countOf } from "./words.ts";

interface RevokeUserTokensDialogProps {
  readonly user: AdminUserDetail;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function RevokeUserTokensDialog({ user, open, onClose }: RevokeUserTokensDialogProps): ReactElement {
  const [revoked, setRevoked] = useState<RevokedTokens | null>(null);
  function close(): void {
    setRevoked(null);
    onClose();
  }
  return (
    <Dialog
      open={open}
      onClose={close}
      title={`Revoke tokens of ${isolated(user.name)}`}
      lead={revoked ? undefined : "They die at once, everywhere, and never come back. The person sees that it was you."}
    >
      {revoked ? (
        <ReceiptOf user={user} revoked={revoked} onClose={close} />
      ) : (
        <Choosing user={user} onRevoked={setRevoked} onClose={close} />
      )}
    </Dialog>
  );
}

interface ChoosingProps {
  readonly user: AdminUserDetail;
  readonly onRevoked: (revoked: RevokedTokens) => void;
  readonly onClose: () => void;
}

function Choosing({ user, onRevoked, onClose }: ChoosingProps): ReactElement {
  const action = useAction();
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const holding = user.memberships.filter(({ tokenCount }) => tokenCount > 0);
  const [spared, setSpared] = useState<ReadonlySet<string>>(new Set());
  const chosen = holding.filter(({ organization }) => !spared.has(organization.id));
  const count = chosen.reduce((sum, { tokenCount }) => sum + tokenCount, 0);

  function choose(id: string, isChosen: boolean): void {
    const next = new Set(spared);
    if (isChosen) next.delete(id);
    else next.add(id);
    setSpared(next);
  }

  async function revoke(): Promise<void> {
    const answer = await revokeUserTokens(
      user.id,
      chosen.map(({ organization }) => organization.id),
    );
    onRevoked(answer);
    announce(`${countOf(answer.revokedTokens, "token")} revoked. From now on they are refused everywhere.`);
    await Promise.all(
      [ADMIN_USERS, ADMIN_ORGANIZATIONS, ADMIN_TOKENS].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
    );
  }

  return (
    <div className="grid gap-4">
      <fieldset className="grid gap-1">
        <legend className="mb-1 font-medium">In these organizations</legend>
        {holding.map(({ organization, tokenCount }) => (
          <Choice
            key={organization.id}
            label={<bdi className="wrap-anywhere">{organization.name}</bdi>}
            hint={`${countOf(tokenCount, "live token")}${organization.personal ? ", personal organization" : ""}`}
            checked={!spared.has(organization.id)}
            onChange={(event) => choose(organization.id, event.currentTarget.checked)}
          />
        ))}
      </fieldset>
      <p className="text-soft">
        API keys stay, and the person can make new tokens. To stop that too, suspend them. Each organization’s audit log
        records what it lost.
      </p>
      {action.problem && <ProblemNotice problem={action.problem} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="danger" disabled={count === 0} busy={action.pending} onClick={() => void action.run(revoke)}>
          Revoke {countOf(count, "token")}
        </Button>
      </DialogActions>
    </div>
  );
}

interface ReceiptOfProps {
  readonly user: AdminUserDetail;
  readonly revoked: RevokedTokens;
  readonly onClose: () => void;
}

function ReceiptOf({ user, revoked, onClose }: ReceiptOfProps): ReactElement {
  const text = JSON.stringify({ user: { id: user.id, name: user.name, email: user.email }, ...revoked }, null, 2);
  return (
    <div className="grid gap-4">
      <Notice tone="good" title={`${countOf(revoked.revokedTokens, "token")} revoked`}>
        <p>
          Over since <Time at={revoked.receipt.at} as="date-time" />, everywhere.{" "}
          {countOf(revoked.auditEventIds.length, "audit event")}{" "}
          {revoked.auditEventIds.length === 1 ? "records" : "record"} it.
        </p>
      </Notice>
      <DialogActions>
        <CopyButton text={text} what="receipt" />
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </div>
  );
}
