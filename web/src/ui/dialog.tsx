// Dialogs: the focus goes in, stays in, and returns to where it came from.
import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { useBlocker } from "@tanstack/react-router";
import { X } from "lucide-react";
import {
  type Context,
  createContext,
  type ReactElement,
  type ReactNode,
  type RefObject,
  use,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { Problem } from "../api/problem.ts";
import { Button, IconButton } from "./button.tsx";
import { ProblemCallout } from "./callout.tsx";
import { classNames } from "./class-names.ts";
import { useAction } from "./use-action.ts";

const BACKDROP =
  "fixed inset-0 bg-veil transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0";
const VIEWPORT = "fixed inset-0 grid place-items-center overflow-y-auto p-4";
const POPUP =
  "relative w-full max-w-[28rem] rounded-panel border border-line bg-raised p-5 shadow-float outline-none transition-[opacity,translate] duration-150 data-ending-style:translate-y-1 data-ending-style:opacity-0 data-starting-style:translate-y-1 data-starting-style:opacity-0";

/**
 * The element that gets the focus when a dialog closes: the one that had it before, or the page's heading if that is
 * gone.
 */
function useReturnFocus(open: boolean): () => HTMLElement | null {
  const opener = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (open) opener.current = document.activeElement;
  }, [open]);
  return () => {
    const { current } = opener;
    if (current instanceof HTMLElement && current.isConnected && current !== document.body) return current;
    return document.querySelector<HTMLElement>("h1");
  };
}

/** How to close each open dialog, the topmost last. */
const openDialogs: RefObject<() => void>[] = [];

/**
 * Returns a function that closes the topmost dialog. A dialog that has just opened does not listen to the Escape key yet,
 * so the one below hears it.
 */
function useCloseTopmost(open: boolean, onClose: () => void): () => void {
  const close = useRef(onClose);
  useLayoutEffect(() => {
    close.current = onClose;
  });
  useLayoutEffect(() => {
    if (!open) return undefined;
    openDialogs.push(close);
    return () => void openDialogs.splice(openDialogs.indexOf(close), 1);
  }, [open]);
  return () => openDialogs.at(-1)?.current();
}

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly lead?: ReactNode;
  readonly initialFocus?: RefObject<HTMLElement | null>;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function Dialog({
  open,
  onClose,
  title,
  lead,
  initialFocus,
  wide = false,
  children,
}: DialogProps): ReactElement {
  const finalFocus = useReturnFocus(open);
  const closeTopmost = useCloseTopmost(open, onClose);
  if (use(DialogsInPlace)) {
    return (
      <DialogInPlace open={open} kind="dialog" title={title} focus={initialFocus} {...{ finalFocus, onClose }}>
        {lead && <p className="mb-4 text-soft">{lead}</p>}
        {children}
      </DialogInPlace>
    );
  }
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => !next && closeTopmost()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop data-veil="" className={BACKDROP} />
        <BaseDialog.Viewport className={VIEWPORT}>
          <BaseDialog.Popup
            className={classNames(POPUP, wide && "max-w-[36rem]")}
            finalFocus={finalFocus}
            {...(initialFocus ? { initialFocus } : {})}
          >
            <div className="mb-4 grid gap-1 pr-9">
              <BaseDialog.Title className="text-base font-semibold wrap-anywhere">{title}</BaseDialog.Title>
              {lead && <BaseDialog.Description className="text-soft">{lead}</BaseDialog.Description>}
            </div>
            {children}
            <BaseDialog.Close
              render={
                <IconButton label="Close" className="absolute top-3 right-3">
                  <X aria-hidden="true" />
                </IconButton>
              }
            />
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
  readonly title: ReactNode;
  readonly confirmLabel: string;
  readonly cancelLabel?: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly problem?: Problem | null;
  readonly children: ReactNode;
}

/** Asks before an action that cannot be undone. The focus starts on the button that cancels. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactElement {
  const { open, onCancel, onConfirm, title, confirmLabel, cancelLabel = "Cancel", danger = true } = props;
  const cancel = useRef<HTMLButtonElement>(null);
  const finalFocus = useReturnFocus(open);
  const closeTopmost = useCloseTopmost(open, onCancel);
  const confirm = (
    <Button kind={danger ? "danger" : "primary"} busy={props.busy ?? false} onClick={onConfirm}>
      {confirmLabel}
    </Button>
  );
  if (use(DialogsInPlace)) {
    return (
      <DialogInPlace open={open} kind="alertdialog" focus={cancel} onClose={onCancel} {...{ title, finalFocus }}>
        <div className="grid gap-3 text-soft wrap-anywhere">{props.children}</div>
        {props.problem && <ProblemCallout problem={props.problem} className="mt-4" />}
        <div className="mt-4 flex flex-wrap justify-end gap-2">
          <Button ref={cancel} onClick={onCancel}>
            {cancelLabel}
          </Button>
          {confirm}
        </div>
      </DialogInPlace>
    );
  }
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && closeTopmost()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop data-veil="" className={BACKDROP} />
        <AlertDialog.Viewport className={VIEWPORT}>
          <AlertDialog.Popup className={POPUP} initialFocus={cancel} finalFocus={finalFocus}>
            <AlertDialog.Title className="text-base font-semibold wrap-anywhere">{title}</AlertDialog.Title>
            <AlertDialog.Description render={<div />} className="mt-2 grid gap-3 text-soft wrap-anywhere">
              {props.children}
            </AlertDialog.Description>
            {props.problem && <ProblemCallout problem={props.problem} className="mt-4" />}
            <div className="mt-5 flex flex-wrap justify-end gap-2">
              <AlertDialog.Close ref={cancel} render={<Button>{cancelLabel}</Button>} />
              {confirm}
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

// In a frame that grows with its content, a dialog in its middle may be out of sight, and a veil ends at the frame's
// edges. There a dialog is a part of the page, at the place that opened it.

/** Whether dialogs are drawn in their place in the page. */
export const DialogsInPlace: Context<boolean> = createContext(false);

interface DialogInPlaceProps {
  readonly open: boolean;
  readonly kind: "dialog" | "alertdialog";
  readonly title: ReactNode;
  /** Gets the focus first, in place of the dialog itself. */
  readonly focus?: RefObject<HTMLElement | null> | undefined;
  readonly finalFocus: () => HTMLElement | null;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

function DialogInPlace({ open, kind, title, focus, finalFocus, onClose, children }: DialogInPlaceProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const titleId = useId();
  const callbacks = useRef({ finalFocus, onClose });
  useLayoutEffect(() => {
    callbacks.current = { finalFocus, onClose };
  });
  useEffect(() => {
    if (!open) return undefined;
    const closing = new AbortController();
    const close = (event: KeyboardEvent): void => {
      if (event.key === "Escape") callbacks.current.onClose();
    };
    box.current?.addEventListener("keydown", close, closing);
    (focus?.current ?? box.current)?.focus();
    return () => {
      closing.abort();
      callbacks.current.finalFocus()?.focus();
    };
  }, [open, focus]);
  if (!open) return null;
  return (
    <div
      ref={box}
      role={kind}
      aria-labelledby={titleId}
      tabIndex={-1}
      data-question=""
      className="mt-3 rounded-panel border border-line bg-sunken p-4 outline-none"
    >
      <h2 id={titleId} className="mb-2 font-semibold wrap-anywhere">
        {title}
      </h2>
      {children}
    </div>
  );
}

/** The buttons at the foot of a dialog's form. */
export function DialogActions({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}

export interface Confirmation {
  readonly title: ReactNode;
  readonly confirmLabel: string;
  readonly danger?: boolean;
  readonly body: ReactNode;
  readonly work: () => Promise<void>;
}

/**
 * Actions that ask first. `ask` opens the question, which stays open while the request runs and shows why it was
 * refused; The page has to render `dialog` once.
 */
export function useConfirmedAction(): {
  readonly ask: (confirmation: Confirmation) => void;
  readonly dialog: ReactElement;
} {
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const action = useAction();
  function close(): void {
    action.reset();
    setConfirmation(null);
  }
  const dialog = (
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
  return { ask: setConfirmation, dialog };
}

// Asks before a navigation or the end of the tab discards unsaved changes.

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
