import type { ReactElement, ReactNode, RefObject } from "react";
import { Button } from "./button.tsx";
import { Dialog, DialogActions } from "./dialog.tsx";
import { Form, type FormValues } from "./form.tsx";
import { useAction } from "./use-action.ts";

interface FormDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly lead?: string;
  readonly initialFocus?: RefObject<HTMLElement | null>;
  /** The fields that show their own errors. */
  readonly fields: readonly string[];
  /** The accessible name of the form. */
  readonly label?: string;
  readonly submitLabel: string;
  readonly cancelLabel?: string;
  readonly danger?: boolean;
  /** It closes the dialog itself, with `onClose`, where nothing else does. */
  readonly onSubmit: (values: FormValues) => Promise<void>;
  /** The fields, with the errors by their names. */
  readonly children: (errors: Readonly<Record<string, string>>) => ReactNode;
}

/** A dialog that holds one form. A refusal is shown in it, and forgotten when it closes. */
export function FormDialog({
  open,
  onClose,
  title,
  lead,
  initialFocus,
  fields,
  label,
  submitLabel,
  cancelLabel = "Cancel",
  danger = false,
  onSubmit,
  children,
}: FormDialogProps): ReactElement {
  const action = useAction();
  function close(): void {
    action.reset();
    onClose();
  }
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      {...(lead === undefined ? {} : { lead })}
      {...(initialFocus === undefined ? {} : { initialFocus })}
    >
      <Form action={action} fields={fields} {...(label === undefined ? {} : { label })} onSubmit={onSubmit}>
        {children(action.fieldErrors)}
        <DialogActions>
          <Button onClick={close}>{cancelLabel}</Button>
          <Button type="submit" kind={danger ? "danger" : "primary"} busy={action.pending}>
            {submitLabel}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
