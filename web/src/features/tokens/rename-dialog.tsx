import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useRef } from "react";
import { renameToken, tokensQuery } from "../../api/tokens.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { useAction } from "../../ui/use-action.ts";
import { isolated } from "../../ui/isolated.ts";

interface RenameDialogProps {
  readonly token: PersonalAccessToken;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function RenameDialog({ token, open, onClose }: RenameDialogProps): ReactElement {
  const name = useRef<HTMLInputElement>(null);
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  function close(): void {
    action.reset();
    onClose();
  }
  return (
    <Dialog open={open} onClose={close} title={`Rename “${isolated(token.name)}”`} initialFocus={name}>
      <Form
        action={action}
        fields={["name"]}
        onSubmit={async (values) => {
          const renamed = await renameToken(token.id, values.text("name"));
          await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
          announce(`Renamed to “${isolated(renamed.name)}”.`);
          close();
        }}
      >
        <TextField
          ref={name}
          label="Name"
          name="name"
          required
          maxLength={100}
          autoComplete="off"
          defaultValue={token.name}
          error={action.fieldErrors["name"]}
        />
        <DialogActions>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" kind="primary" busy={action.pending}>
            Rename
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
