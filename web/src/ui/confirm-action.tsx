// A confirmation that runs one request: it stays open while the request runs and shows why it was refused.
import type { ReactElement, ReactNode } from "react";
import { ConfirmDialog } from "./dialog.tsx";
import { useAction } from "./use-action.ts";

export interface Confirmation {
  readonly title: ReactNode;
  readonly confirmLabel: string;
  readonly danger?: boolean;
  readonly body: ReactNode;
  readonly work: () => Promise<void>;
}

interface ConfirmActionProps {
  readonly confirmation: Confirmation | null;
  readonly onClose: () => void;
}

export function ConfirmAction({ confirmation, onClose }: ConfirmActionProps): ReactElement {
  const action = useAction();
  function close(): void {
    action.reset();
    onClose();
  }
  return (
    <ConfirmDialog
      open={confirmation !== null}
      title={confirmation?.title ?? ""}
      confirmLabel={confirmation?.confirmLabel ?? ""}
      danger={confirmation?.danger ?? true}
      busy={action.pending}
      problem={action.problem}
      onCancel={close}
      onConfirm={() =>
        void action.run(async () => {
          await confirmation?.work();
          close();
        })
      }
    >
      {confirmation?.body}
    </ConfirmDialog>
  );
}
