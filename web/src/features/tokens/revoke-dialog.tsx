import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { revokeToken, tokenQuery, tokensQuery } from "../../api/tokens.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Time } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";
import { isolated } from "../../ui/isolated.ts";

interface RevokeDialogProps {
  readonly token: PersonalAccessToken;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onRevoked?: () => void;
}

/** Names the token and its last use, so that nobody revokes the wrong one. */
export function RevokeDialog({ token: listed, open, onClose, onRevoked }: RevokeDialogProps): ReactElement {
  // It may have been used since the list was read, and its last use is what people decide by.
  const fresh = useQuery({ ...tokenQuery(listed.id), enabled: open, staleTime: 0 });
  const token = fresh.data ?? listed;
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  function close(): void {
    action.reset();
    onClose();
  }
  return (
    <ConfirmDialog
      open={open}
      title={`Revoke “${isolated(token.name)}”?`}
      confirmLabel="Revoke token"
      cancelLabel="Keep it"
      busy={action.pending}
      problem={action.problem}
      onCancel={close}
      onConfirm={() =>
        void action.run(async () => {
          await revokeToken(token.id);
          await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
          announce(`“${isolated(token.name)}” is revoked. From now on it is refused everywhere.`);
          close();
          onRevoked?.();
        })
      }
    >
      <p>
        <span className="font-mono text-[0.8125rem] text-ink">{token.prefix}…</span> in{" "}
        <bdi>{token.organization.name}</bdi>.{" "}
        <strong className="font-semibold text-ink">
          <LastUse token={token} />
        </strong>
      </p>
      <p>Whatever uses it stops working at once. A revoked token never comes back.</p>
    </ConfirmDialog>
  );
}

/**
 * Asked for when the dialog opens, and again while it is open: the list may be older than the last use, and
 * the server writes uses down about a second late.
 */
function LastUse({ token }: { readonly token: PersonalAccessToken }): ReactNode {
  const fresh = useQuery({ ...tokenQuery(token.id), staleTime: 0, refetchInterval: 2000 });
  if (!fresh.isFetchedAfterMount) return "Looking up its last use…";
  const { lastUsedAt, lastUsedIp } = fresh.data ?? token;
  if (lastUsedAt === null) return "It was never used.";
  return (
    <>
      Last used <Time at={lastUsedAt} />
      {lastUsedIp && <> from {lastUsedIp}</>}.
    </>
  );
}
