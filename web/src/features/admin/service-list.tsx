import { LastUse } from "../../credential/last-use.tsx";
import { NAME_MAX_LENGTH } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { EllipsisVertical, Pencil, Trash2 } from "lucide-react";
import { type ReactElement, useRef, useState } from "react";
import { renameService, revokeService, servicesQuery } from "../../api/admin.ts";
import type { Service } from "../../api/types.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog, DialogActions, useConfirmedAction } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";

export function ServiceList({ services }: { readonly services: readonly Service[] }): ReactElement {
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const { ask, dialog } = useConfirmedAction();
  const [renaming, setRenaming] = useState<Service | null>(null);
  function askRevoke(service: Service): void {
    ask({
      title: `Revoke “${isolated(service.name)}”?`,
      confirmLabel: "Revoke service",
      body: (
        <>
          <p>
            <span className="font-mono text-[0.8125rem] text-ink">{service.prefix}…</span>,{" "}
            <strong className="font-semibold text-ink">
              <LastUse of={service} inSentence />
            </strong>
            .
          </p>
          <p>Its key stops working at once. The service can no longer verify tokens and has to refuse its users.</p>
        </>
      ),
      work: async () => {
        await revokeService(service.id);
        await queryClient.invalidateQueries({ queryKey: servicesQuery.queryKey });
        announce(`“${isolated(service.name)}” is revoked.`);
      },
    });
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
          />
        ))}
      </Rows>
      {dialog}
      <RenameServiceDialog service={renaming} onClose={() => setRenaming(null)} />
    </>
  );
}

interface ServiceRowProps {
  readonly service: Service;
  readonly onRename: () => void;
  readonly onRevoke: () => void;
}

function ServiceRow({ service, onRename, onRevoke }: ServiceRowProps): ReactElement {
  return (
    <Row
      title={service.name}
      muted={service.revokedAt !== null}
      badges={service.revokedAt && <Badge tone="warning">Revoked</Badge>}
      note={
        <>
          <span className="font-mono">{service.prefix}…</span> · since <Time at={service.createdAt} as="date" />,
          registered by <bdi>{service.createdBy.name || "a deleted account"}</bdi>
        </>
      }
      facts={
        <>
          <p>
            <LastUse of={service} />
          </p>
          {service.revokedAt && (
            <p>
              Revoked <Time at={service.revokedAt} as="date" />
            </p>
          )}
        </>
      }
      action={!service.revokedAt && <ServiceMenu service={service} onRename={onRename} onRevoke={onRevoke} />}
    />
  );
}

function ServiceMenu({ service, onRename, onRevoke }: ServiceRowProps): ReactElement {
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
      <MenuSeparator />
      <MenuItem icon={<Trash2 aria-hidden="true" />} danger onSelect={onRevoke}>
        Revoke
      </MenuItem>
    </Menu>
  );
}

interface RenameServiceDialogProps {
  readonly service: Service | null;
  readonly onClose: () => void;
}

function RenameServiceDialog({ service, onClose }: RenameServiceDialogProps): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  function close(): void {
    action.reset();
    onClose();
  }
  return (
    <Dialog
      open={service !== null}
      onClose={close}
      title="Rename service"
      lead="Its key stays the same. The audit log records the new name."
      initialFocus={field}
    >
      <Form
        action={action}
        fields={["name"]}
        label="Rename service"
        onSubmit={async (values) => {
          if (service === null) return;
          const { name } = await renameService(service.id, values.text("name"));
          await queryClient.invalidateQueries({ queryKey: servicesQuery.queryKey });
          announce(`The service is called “${isolated(name)}”.`);
          close();
        }}
      >
        <TextField
          ref={field}
          label="Name"
          name="name"
          required
          maxLength={NAME_MAX_LENGTH}
          autoComplete="off"
          defaultValue={service?.name ?? ""}
          error={action.fieldErrors["name"]}
        />
        <DialogActions>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" kind="primary" busy={action.pending}>
            Save name
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
