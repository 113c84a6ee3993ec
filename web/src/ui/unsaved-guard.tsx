// Asks before a navigation throws away what was changed and not saved, inside the app and when the tab is closed.
import { useBlocker } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { ConfirmDialog } from "./dialog.tsx";

export function UnsavedGuard({ what, active }: { readonly what: string; readonly active: boolean }): ReactElement {
  const blocker = useBlocker({
    shouldBlockFn: () => active,
    enableBeforeUnload: () => active,
    disabled: !active,
    withResolver: true,
  });
  return (
    <ConfirmDialog
      open={blocker.status === "blocked"}
      title="Leave without saving?"
      confirmLabel="Leave without saving"
      cancelLabel="Stay"
      onCancel={() => blocker.reset?.()}
      onConfirm={() => blocker.proceed?.()}
    >
      <p>Your changes to {what} are not saved, and leaving this page loses them.</p>
    </ConfirmDialog>
  );
}
