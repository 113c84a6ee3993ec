import { NAME_MAX_LENGTH } from "@mintmark/core";
import { type ReactElement, useRef } from "react";
import { useAnnounce } from "../../ui/announcer.tsx";
import { TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { isolated } from "../../ui/text.ts";

interface RenameDialogProps {
  /** The kind of thing, as in "Rename service". */
  readonly what: string;
  /** Says which parts stay the same. */
  readonly lead: string;
  /** Its present name, or `null` while the dialog is closed. */
  readonly name: string | null;
  readonly onClose: () => void;
  /** Renames it, and returns the name that it has then. */
  readonly rename: (name: string) => Promise<string>;
}

/** Asks for another name of a service or of a management key. */
export function RenameDialog({ what, lead, name, onClose, rename }: RenameDialogProps): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  const announce = useAnnounce();
  return (
    <FormDialog
      open={name !== null}
      onClose={onClose}
      title={`Rename ${what}`}
      lead={lead}
      initialFocus={field}
      fields={["name"]}
      submitLabel="Save name"
      label={`Rename ${what}`}
      onSubmit={async (values) => {
        announce(`Renamed to “${isolated(await rename(values.text("name")))}”.`);
        onClose();
      }}
    >
      {(errors) => (
        <TextField
          ref={field}
          label="Name"
          name="name"
          required
          maxLength={NAME_MAX_LENGTH}
          autoComplete="off"
          defaultValue={name ?? ""}
          error={errors["name"]}
        />
      )}
    </FormDialog>
  );
}
