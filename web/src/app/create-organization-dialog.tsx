import type { ReactElement } from "react";
import { createOrganization } from "../api/organizations.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { Form } from "../ui/form.tsx";
import { useAction } from "../ui/use-action.ts";

interface CreateOrganizationDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
}

export function CreateOrganizationDialog({ open, onClose, onCreated }: CreateOrganizationDialogProps): ReactElement {
  const action = useAction();
  function close(): void {
    action.reset();
    onClose();
  }
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Create organization"
      lead="You become its owner and can invite others. Tokens made in it carry no authority anywhere else."
    >
      <Form
        action={action}
        fields={["name"]}
        onSubmit={async (values) => onCreated((await createOrganization(values.text("name"))).id)}
      >
        <TextField
          label="Name"
          name="name"
          required
          maxLength={100}
          autoComplete="organization"
          error={action.fieldErrors["name"]}
        />
        <DialogActions>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" kind="primary" busy={action.pending}>
            Create organization
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
