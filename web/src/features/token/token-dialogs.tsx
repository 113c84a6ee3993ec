import { LastUse } from "../../credential/last-use.tsx";
import { NAME_MAX_LENGTH } from "@mintmark/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useRef } from "react";
import { toProblem } from "../../api/problem.ts";
import { dismissToken, renameToken, revokeToken, tokenQuery, tokensQuery } from "../../api/token.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { focusHeading } from "../../ui/page.tsx";
import { confirmedBy, isolated } from "../../ui/text.ts";
import { useAction } from "../../ui/use-action.ts";

interface RenameDialogProps {
  readonly token: PersonalAccessToken;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function RenameDialog({ token, open, onClose }: RenameDialogProps): ReactElement {
  const name = useRef<HTMLInputElement>(null);
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  return (
    <FormDialog
      open={open}
      onClose={onClose}
      title={`Rename “${isolated(token.name)}”`}
      initialFocus={name}
      fields={["name"]}
      submitLabel="Rename"
      onSubmit={async (values) => {
        const renamed = await renameToken(token.id, values.text("name"));
        await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
        announce(`Renamed to “${isolated(renamed.name)}”.`);
        onClose();
      }}
    >
      {(errors) => (
        <TextField
          ref={name}
          label="Name"
          name="name"
          required
          maxLength={NAME_MAX_LENGTH}
          autoComplete="off"
          defaultValue={token.name}
          error={errors["name"]}
        />
      )}
    </FormDialog>
  );
}

interface RevokeDialogProps {
  readonly token: PersonalAccessToken;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onRevoked?: () => void;
}

/** Asks before a revocation. It names the token and its last use, so that people do not revoke the wrong one. */
export function RevokeDialog({ token: listed, open, onClose, onRevoked }: RevokeDialogProps): ReactElement {
  // Refetch the token: it may have been used since the list was loaded, and people decide by its last use.
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
          const receipt = await revokeToken(token.id);
          await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
          announce(
            `“${isolated(token.name)}” is revoked. From now on it is refused everywhere.${confirmedBy(receipt)}`,
          );
          close();
          onRevoked?.();
        })
      }
    >
      <p>
        <span className="font-mono text-[0.8125rem] text-ink">{token.prefix}…</span> in{" "}
        <bdi>{token.organization.name}</bdi>.{" "}
        <strong className="font-semibold text-ink">
          <FreshLastUse token={token} />
        </strong>
      </p>
      <p>Programs that use it stop working at once. A revoked token never works again.</p>
    </ConfirmDialog>
  );
}

/**
 * Loads the last use when the dialog opens, and polls while it is open. The list may be older, and the server records
 * uses after about a second.
 */
function FreshLastUse({ token }: { readonly token: PersonalAccessToken }): ReactNode {
  const fresh = useQuery({ ...tokenQuery(token.id), staleTime: 0, refetchInterval: 2000 });
  if (!fresh.isFetchedAfterMount) return "Loading its last use…";
  return (
    <>
      <LastUse of={fresh.data ?? token} />.
    </>
  );
}

interface DismissToken {
  readonly pending: boolean;
  readonly dismiss: (token: PersonalAccessToken) => Promise<void>;
}

/** Hides an expired or revoked token from the list. Its record stays. */
export function useDismissToken(): DismissToken {
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  async function dismiss(token: PersonalAccessToken): Promise<void> {
    await action.run(async () => {
      try {
        await dismissToken(token.id);
      } catch (error) {
        announce(`“${isolated(token.name)}” is still listed. ${toProblem(error).detail}`, { failed: true });
        return;
      }
      focusHeading();
      await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
      announce(`Dismissed “${isolated(token.name)}”.`);
    });
  }
  return { pending: action.pending, dismiss };
}
