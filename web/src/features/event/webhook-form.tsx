// The dialogs that make a webhook, change one, or send its events again.
import { type ReactElement, type RefObject, useRef } from "react";
import type { WebhookInput } from "../../api/webhook.ts";
import type { Webhook } from "../../api/types.ts";
import { TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { typesOf } from "./webhook-text.ts";

interface WebhookDialogProps {
  readonly open: boolean;
  /** The webhook to change; `null` for a new one. */
  readonly webhook: Webhook | null;
  readonly onClose: () => void;
  readonly onSubmit: (input: WebhookInput) => Promise<void>;
}

export function WebhookDialog({ open, webhook, onClose, onSubmit }: WebhookDialogProps): ReactElement {
  const first = useRef<HTMLInputElement>(null);
  const title = webhook === null ? "New webhook" : "Change webhook";
  return (
    <FormDialog
      open={open}
      onClose={onClose}
      title={title}
      lead="Mintmark sends the audit events of the whole instance to this address, each signed."
      initialFocus={first}
      fields={["url", "description", "eventTypes"]}
      label={title}
      submitLabel={webhook === null ? "Create webhook" : "Save changes"}
      onSubmit={(values) =>
        onSubmit({
          url: values.text("url").trim(),
          description: values.text("description").trim(),
          eventTypes: typesOf(values.text("eventTypes")),
        })
      }
    >
      {(errors) => <WebhookFields first={first} webhook={webhook} errors={errors} />}
    </FormDialog>
  );
}

interface WebhookFieldsProps {
  readonly first: RefObject<HTMLInputElement | null>;
  readonly webhook: Webhook | null;
  readonly errors: Readonly<Record<string, string>>;
}

function WebhookFields({ first, webhook, errors }: WebhookFieldsProps): ReactElement {
  return (
    <>
      <TextField
        ref={first}
        label="URL"
        name="url"
        type="url"
        required
        maxLength={2000}
        autoComplete="off"
        placeholder="https://hooks.example.com/mintmark"
        defaultValue={webhook?.url ?? ""}
        error={errors["url"]}
      />
      <TextField
        label="Description"
        name="description"
        optional
        maxLength={200}
        autoComplete="off"
        defaultValue={webhook?.description ?? ""}
        error={errors["description"]}
      />
      <TextField
        label="Event types"
        name="eventTypes"
        optional
        autoComplete="off"
        placeholder="pat., member.removed"
        hint="Actions of the audit log, separated by commas. A name that ends with a dot selects every action that begins with it. Leave it empty for all events except uses of credentials."
        defaultValue={webhook?.eventTypes?.join(", ") ?? ""}
        error={errors["eventTypes"]}
      />
    </>
  );
}

interface ReplayDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onSubmit: (since: string) => Promise<void>;
}

export function ReplayDialog({ open, onClose, onSubmit }: ReplayDialogProps): ReactElement {
  const first = useRef<HTMLInputElement>(null);
  const title = "Send events again";
  return (
    <FormDialog
      open={open}
      onClose={onClose}
      title={title}
      lead="Every event since then is sent again with the same id, if it is still in the audit log."
      initialFocus={first}
      fields={["since"]}
      label={title}
      submitLabel="Send again"
      onSubmit={(values) => onSubmit(new Date(values.text("since")).toISOString())}
    >
      {(errors) => (
        <TextField
          ref={first}
          label="Since"
          name="since"
          type="datetime-local"
          required
          hint="In your time zone."
          error={errors["since"]}
        />
      )}
    </FormDialog>
  );
}
