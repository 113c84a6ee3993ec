// Shows a new secret once. Only this component holds it: when the person leaves the page, it is gone. Leaving before a
// copy asks first.
import { useBlocker } from "@tanstack/react-router";
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "../ui/button.tsx";
import { CodeBlock, CopyButton } from "../ui/copy-button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { Mark } from "../ui/mark.tsx";

interface SecretPanelProps {
  readonly secret: string;
  /** The kind of secret: "token", "API key", "service key". */
  readonly what: string;
  readonly title: string;
  /** Commands that are ready to run, each with its purpose. */
  readonly commands: readonly {
    readonly label: string;
    readonly code: string;
    readonly note?: ReactNode;
    readonly holdsSecret: boolean;
  }[];
  /** Whether it was copied elsewhere on the page, as part of a larger text. */
  readonly copiedElsewhere?: boolean;
  /** Called when the browser restores the page from its cache, so that the secret is not shown a second time. */
  readonly onForget: () => void;
  /** Hides the panel without leaving the page. Other pages put a link into `children` instead. */
  readonly onDone?: () => void;
  readonly children?: ReactNode;
}

export function SecretPanel({
  secret,
  what,
  title,
  commands,
  copiedElsewhere = false,
  onForget,
  onDone,
  children,
}: SecretPanelProps): ReactElement {
  const [copiedHere, setCopied] = useState(false);
  const copied = copiedHere || copiedElsewhere;
  const [hiding, setHiding] = useState(false);
  useForgetOnReturn(onForget);

  return (
    <section
      aria-labelledby="secret-heading"
      className="overflow-hidden rounded-panel border border-mint-line bg-surface"
    >
      <div className="reeded h-1.5" aria-hidden="true" />
      <div className="grid gap-5 p-4 sm:p-6">
        <SecretHeading title={title} />
        <SecretText secret={secret} what={what} onCopied={() => setCopied(true)} />
        {commands.map(({ label, code, note, holdsSecret }) => (
          <div key={label} className="grid gap-1.5">
            <h3 className="text-[0.8125rem] font-medium">{label}</h3>
            <CodeBlock code={code} what="command" {...(holdsSecret ? { onCopied: () => setCopied(true) } : {})} />
            {note && <p className="text-[0.8125rem] text-soft">{note}</p>}
          </div>
        ))}
        {children}
        {onDone && (
          <div>
            <Button onClick={() => (copied ? onDone() : setHiding(true))}>Done, hide the {what}</Button>
          </div>
        )}
        <LeaveGuard what={what} active={!copied} />
        <LeaveDialog
          what={what}
          open={hiding}
          onStay={() => setHiding(false)}
          onLeave={() => {
            setHiding(false);
            onDone?.();
          }}
        />
      </div>
    </section>
  );
}

function SecretHeading({ title }: Pick<SecretPanelProps, "title">): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="flex gap-3.5">
      <Mark className="mt-0.5 size-9" />
      <div className="grid gap-1">
        <h2 id="secret-heading" ref={heading} tabIndex={-1} className="text-base font-semibold">
          {title}
        </h2>
        <p className="text-soft">
          Copy it now and keep it like a password. It is shown{" "}
          <strong className="font-semibold text-ink">only this once</strong>: not even an admin can see it again.
        </p>
      </div>
    </div>
  );
}

interface SecretTextProps extends Pick<SecretPanelProps, "secret" | "what"> {
  readonly onCopied: () => void;
}

function SecretText({ secret, what, onCopied }: SecretTextProps): ReactElement {
  const value = useRef<HTMLElement>(null);
  return (
    <div className="flex flex-wrap items-stretch gap-2">
      <code
        ref={value}
        data-testid="secret"
        onCopy={onCopied}
        className="grid min-w-0 grow basis-64 items-center rounded-control border border-mint-line bg-mint-wash px-3 py-2 font-mono text-[0.8438rem] break-all select-all"
      >
        {secret}
      </code>
      <CopyButton
        text={secret}
        what={what}
        kind="primary"
        onCopied={onCopied}
        onFailed={() => value.current && window.getSelection()?.selectAllChildren(value.current)}
      />
    </div>
  );
}

/** Asks before a navigation or the end of the tab discards a secret that was not copied. */
function LeaveGuard({ what, active }: { readonly what: string; readonly active: boolean }): ReactElement {
  const blocker = useBlocker({
    // A change of the query stays on the same page and keeps the secret.
    shouldBlockFn: ({ current, next }) => active && current.pathname !== next.pathname,
    enableBeforeUnload: () => active,
    disabled: !active,
    withResolver: true,
  });
  return (
    <LeaveDialog
      what={what}
      open={blocker.status === "blocked"}
      onStay={() => blocker.reset?.()}
      onLeave={() => blocker.proceed?.()}
    />
  );
}

interface LeaveDialogProps {
  readonly what: string;
  readonly open: boolean;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

function LeaveDialog({ what, open, onStay, onLeave }: LeaveDialogProps): ReactElement {
  return (
    <ConfirmDialog
      open={open}
      title={`Leave without copying the ${what}?`}
      confirmLabel="Leave anyway"
      cancelLabel="Stay and copy"
      onCancel={onStay}
      onConfirm={onLeave}
    >
      <p>
        The {what} cannot be shown again. Without a copy you cannot use it. You would have to revoke it and create a new
        one.
      </p>
    </ConfirmDialog>
  );
}

function useForgetOnReturn(onForget: () => void): void {
  useEffect(() => {
    // The browser may cache the page and restore it with the back button.
    const forget = (event: PageTransitionEvent): void => {
      if (event.persisted) onForget();
    };
    window.addEventListener("pageshow", forget);
    return () => window.removeEventListener("pageshow", forget);
  }, [onForget]);
}
