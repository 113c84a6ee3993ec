import { DEFAULT_SOURCE, MANAGEMENT_SCOPES } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { EllipsisVertical, Pencil, Trash2 } from "lucide-react";
import { type ReactElement, useState } from "react";
import { managementKeysQuery, renameManagementKey, revokeManagementKey } from "../../api/server-key.ts";
import type { ManagementKey } from "../../api/types.ts";
import { LastUse } from "../../credential/last-use.tsx";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/button.tsx";
import { useConfirmedAction } from "../../ui/dialog.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { isolated } from "../../ui/text.ts";
import { Time, useNow } from "../../ui/time-view.tsx";
import { RenameDialog } from "./rename-dialog.tsx";

export function ManagementKeyList({ keys }: { readonly keys: readonly ManagementKey[] }): ReactElement {
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const { ask, dialog } = useConfirmedAction();
  const [renaming, setRenaming] = useState<ManagementKey | null>(null);
  function askRevoke(key: ManagementKey): void {
    ask({
      title: `Revoke “${isolated(key.name)}”?`,
      confirmLabel: "Revoke key",
      body: (
        <>
          <p>
            <span className="font-mono text-[0.8125rem] text-ink">{key.prefix}…</span>,{" "}
            <strong className="font-semibold text-ink">
              <LastUse of={key} inSentence />
            </strong>
            .
          </p>
          <p>
            It stops working at once. Your product can no longer change its people here with it.
            {key.declared && " It stays revoked although the configuration declares it: declare another one."}
          </p>
        </>
      ),
      work: async () => {
        await revokeManagementKey(key.id);
        await queryClient.invalidateQueries({ queryKey: managementKeysQuery.queryKey });
        announce(`“${isolated(key.name)}” is revoked.`);
      },
    });
  }
  async function rename(name: string): Promise<string> {
    if (renaming === null) return name;
    const key = await renameManagementKey(renaming.id, name);
    await queryClient.invalidateQueries({ queryKey: managementKeysQuery.queryKey });
    return key.name;
  }
  return (
    <>
      <Rows label="Management keys">
        {keys.map((key) => (
          <KeyRow key={key.id} of={key} onRename={() => setRenaming(key)} onRevoke={() => askRevoke(key)} />
        ))}
      </Rows>
      {dialog}
      <RenameDialog
        what="management key"
        lead="Nothing else about it changes. The audit log records the new name."
        name={renaming?.name ?? null}
        onClose={() => setRenaming(null)}
        rename={rename}
      />
    </>
  );
}

interface KeyRowProps {
  readonly of: ManagementKey;
  readonly onRename: () => void;
  readonly onRevoke: () => void;
}

function KeyRow({ of: key, onRename, onRevoke }: KeyRowProps): ReactElement {
  const now = useNow();
  const isExpired = key.expiresAt !== null && Date.parse(key.expiresAt) <= now;
  return (
    <Row
      title={key.name}
      muted={key.revokedAt !== null || isExpired}
      badges={
        <>
          {key.declared && <Badge>Declared</Badge>}
          {key.source !== DEFAULT_SOURCE && <Badge>{key.source}</Badge>}
          {key.revokedAt !== null && (
            <Badge tone="warning">{key.revokedReason === "leaked" ? "Leaked" : "Revoked"}</Badge>
          )}
          {key.revokedAt === null && isExpired && <Badge tone="warning">Expired</Badge>}
        </>
      }
      note={
        <>
          <span className="font-mono">{key.prefix}…</span> · {scopesText(key)} · since{" "}
          <Time at={key.createdAt} as="date" />, by <bdi>{key.createdBy.name || "a deleted account"}</bdi>
        </>
      }
      facts={
        <>
          <p>
            <LastUse of={key} />
          </p>
          {key.networks.length > 0 && <p className="wrap-anywhere">Only from {key.networks.join(", ")}</p>}
          {key.expiresAt !== null && key.revokedAt === null && (
            <p>
              {isExpired ? "Expired" : "Expires"} <Time at={key.expiresAt} as="date" />
            </p>
          )}
          {key.revokedAt !== null && (
            <p>
              Revoked <Time at={key.revokedAt} as="date" />
            </p>
          )}
        </>
      }
      action={key.revokedAt === null && <KeyMenu of={key} onRename={onRename} onRevoke={onRevoke} />}
    />
  );
}

function scopesText({ scopes }: ManagementKey): string {
  return scopes.length === MANAGEMENT_SCOPES.length ? "every scope" : scopes.join(", ");
}

function KeyMenu({ of: key, onRename, onRevoke }: KeyRowProps): ReactElement {
  return (
    <Menu
      button={
        <IconButton label={`Actions for ${isolated(key.name)}`} size="small">
          <EllipsisVertical aria-hidden="true" />
        </IconButton>
      }
    >
      <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={onRename}>
        Rename
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<Trash2 aria-hidden="true" />} danger onSelect={onRevoke}>
        Revoke
      </MenuItem>
    </Menu>
  );
}
