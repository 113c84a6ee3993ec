import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useRef } from "react";
import { renameService, servicesQuery } from "../../api/admin.ts";
import type { Service } from "../../api/types.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { isolated } from "../../ui/isolated.ts";
import { useAction } from "../../ui/use-action.ts";

interface RenameServiceDialogProps {
  readonly service: Service | null;
  readonly onClose: () => void;
}

export function RenameServiceDialog({ service, onClose }: RenameServiceDialogProps): ReactElement {
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
          maxLength={100}
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
