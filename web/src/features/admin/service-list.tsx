import { LastUse } from "../../credential/last-use.tsx";
import { KEYS_AT_ONCE } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { EllipsisVertical, KeyRound, Pencil, Trash2 } from "lucide-react";
import { type ReactElement, useState } from "react";
import {
  createServiceKey,
  renameService,
  revokeService,
  revokeServiceKey,
  servicesQuery,
} from "../../api/server-key.ts";
import type { Service, ServiceKey } from "../../api/types.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/button.tsx";
import { type Confirmation, useConfirmedAction } from "../../ui/dialog.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { isolated } from "../../ui/text.ts";
import { Time, useNow } from "../../ui/time-view.tsx";
import { RenameDialog } from "./rename-dialog.tsx";

interface ServiceListProps {
  readonly services: readonly Service[];
  /** Called with a service and its new key, which the page shows once. */
  readonly onKey: (created: { readonly service: Service; readonly secret: string }) => void;
}

/** The questions before a service gets its second key and before one of its keys is revoked. */
function useKeyQuestions({
  ask,
  onKey,
}: Pick<ServiceListProps, "onKey"> & { readonly ask: (confirmation: Confirmation) => void }) {
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  function askKey(service: Service): void {
    ask({
      title: `A second key for “${isolated(service.name)}”?`,
      confirmLabel: "Create key",
      danger: false,
      body: (
        <p>The present key keeps working. Give the service the new one, then revoke the one that it no longer uses.</p>
      ),
      work: async () => {
        const created = await createServiceKey(service.id);
        await queryClient.invalidateQueries({ queryKey: servicesQuery.queryKey });
        onKey(created);
      },
    });
  }
  function askRevokeKey(service: Service, key: ServiceKey): void {
    ask({
      title: `Revoke this key of “${isolated(service.name)}”?`,
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
            It stops working at once.{" "}
            {service.keys.length > 1
              ? "The other key of the service keeps working."
              : "The service has no other key, so it has to refuse its users until it gets one."}
          </p>
        </>
      ),
      work: async () => {
        await revokeServiceKey(service.id, key.id);
        await queryClient.invalidateQueries({ queryKey: servicesQuery.queryKey });
        announce(`A key of “${isolated(service.name)}” is revoked.`);
      },
    });
  }
  return { askKey, askRevokeKey };
}

export function ServiceList({ services, onKey }: ServiceListProps): ReactElement {
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const { ask, dialog } = useConfirmedAction();
  const [renaming, setRenaming] = useState<Service | null>(null);
  const { askKey, askRevokeKey } = useKeyQuestions({ ask, onKey });
  function askRevoke(service: Service): void {
    ask({
      title: `Revoke “${isolated(service.name)}”?`,
      confirmLabel: "Revoke service",
      body: (
        <>
          <p>
            <strong className="font-semibold text-ink">
              <LastUse of={service} />
            </strong>
            .
          </p>
          <p>Its keys stop working at once. The service can no longer verify tokens and has to refuse its users.</p>
        </>
      ),
      work: async () => {
        await revokeService(service.id);
        await queryClient.invalidateQueries({ queryKey: servicesQuery.queryKey });
        announce(`“${isolated(service.name)}” is revoked.`);
      },
    });
  }
  async function rename(name: string): Promise<string> {
    if (renaming === null) return name;
    const service = await renameService(renaming.id, name);
    await queryClient.invalidateQueries({ queryKey: servicesQuery.queryKey });
    return service.name;
  }
  return (
    <>
      <Rows label="Services">
        {services.map((service) => (
          <ServiceRow
            key={service.id}
            service={service}
            onRename={() => setRenaming(service)}
            onRevoke={() => askRevoke(service)}
            onKey={() => askKey(service)}
            onRevokeKey={(key) => askRevokeKey(service, key)}
          />
        ))}
      </Rows>
      {dialog}
      <RenameDialog
        what="service"
        lead="Its keys stay the same. The audit log records the new name."
        name={renaming?.name ?? null}
        onClose={() => setRenaming(null)}
        rename={rename}
      />
    </>
  );
}

interface ServiceRowProps {
  readonly service: Service;
  readonly onRename: () => void;
  readonly onRevoke: () => void;
  readonly onKey: () => void;
  readonly onRevokeKey: (key: ServiceKey) => void;
}

function ServiceRow(props: ServiceRowProps): ReactElement {
  const { service } = props;
  return (
    <Row
      title={service.name}
      muted={service.revokedAt !== null}
      badges={service.revokedAt && <Badge tone="warning">Revoked</Badge>}
      note={
        <>
          since <Time at={service.createdAt} as="date" />, registered by{" "}
          <bdi>{service.createdBy.name || "a deleted account"}</bdi>
        </>
      }
      facts={
        <>
          {service.keys.map((key) => (
            <KeyFact key={key.id} of={key} />
          ))}
          {service.keys.length === 0 && (
            <p>
              <LastUse of={service} />
            </p>
          )}
          {service.revokedAt && (
            <p>
              Revoked <Time at={service.revokedAt} as="date" />
            </p>
          )}
        </>
      }
      action={!service.revokedAt && <ServiceMenu {...props} />}
    />
  );
}

function KeyFact({ of: key }: { readonly of: ServiceKey }): ReactElement {
  const now = useNow();
  return (
    <p>
      <LastUse of={key} /> · <span className="font-mono">{key.prefix}…</span>
      {key.expiresAt !== null && (
        <>
          {" "}
          · {Date.parse(key.expiresAt) <= now ? "expired" : "expires"} <Time at={key.expiresAt} as="date" />
        </>
      )}
    </p>
  );
}

function ServiceMenu({ service, onRename, onRevoke, onKey, onRevokeKey }: ServiceRowProps): ReactElement {
  return (
    <Menu
      button={
        <IconButton label={`Actions for ${isolated(service.name)}`} size="small">
          <EllipsisVertical aria-hidden="true" />
        </IconButton>
      }
    >
      <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={onRename}>
        Rename
      </MenuItem>
      {service.keys.length < KEYS_AT_ONCE && (
        <MenuItem icon={<KeyRound aria-hidden="true" />} onSelect={onKey}>
          Add a key
        </MenuItem>
      )}
      <MenuSeparator />
      {service.keys.map((key) => (
        <MenuItem key={key.id} icon={<Trash2 aria-hidden="true" />} danger onSelect={() => onRevokeKey(key)}>
          Revoke {key.prefix}…
        </MenuItem>
      ))}
      <MenuItem icon={<Trash2 aria-hidden="true" />} danger onSelect={onRevoke}>
        Revoke service
      </MenuItem>
    </Menu>
  );
}
