// A button that copies, shows that it did, and says so to screen readers.
import { Check, Copy } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";
import { useAnnounce } from "./announcer.tsx";
import { classNames } from "./class-names.ts";
import { Button, type ButtonKind, type ButtonSize } from "./button.tsx";

const LABEL = "col-start-1 row-start-1 inline-flex items-center justify-center gap-1.5";

interface CopyButtonProps {
  readonly text: string;
  /** What is copied: "token", "command". */
  readonly what: string;
  readonly kind?: ButtonKind;
  readonly size?: ButtonSize;
  readonly onCopied?: () => void;
  readonly onFailed?: () => void;
}

export function CopyButton({
  text,
  what,
  kind = "secondary",
  size = "medium",
  onCopied,
  onFailed,
}: CopyButtonProps): ReactElement {
  const [copied, setCopied] = useState(false);
  const announce = useAnnounce();
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2500);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy(): Promise<void> {
    if (await copyText(text)) {
      setCopied(true);
      announce(`Copied the ${what} to the clipboard.`, { spokenOnly: true });
      onCopied?.();
    } else {
      announce(`The browser did not allow copying. Select the ${what} and press Ctrl+C or Cmd+C.`, { failed: true });
      onFailed?.();
    }
  }

  return (
    <Button kind={kind} size={size} onClick={() => void copy()} aria-label={`Copy ${what}`}>
      {/* Both labels take up space, so that the button does not change its width. Each is in its middle. */}
      <span className="grid">
        <span className={classNames(LABEL, copied && "invisible")}>
          <Copy aria-hidden="true" />
          Copy
        </span>
        <span className={classNames(LABEL, !copied && "invisible")}>
          <Check aria-hidden="true" />
          Copied
        </span>
      </span>
    </Button>
  );
}

interface CodeBlockProps {
  readonly code: string;
  /** What it is, for the copy button's label: "command". */
  readonly what: string;
  readonly onCopied?: () => void;
}

/** A command to copy. Long lines wrap, so that the whole command is visible. */
export function CodeBlock({ code, what, onCopied }: CodeBlockProps): ReactElement {
  return (
    <div className="flex flex-wrap items-start justify-end gap-x-2 rounded-control border border-line bg-sunken py-1.5 pr-1.5 pl-3">
      <pre className="min-w-0 grow basis-64 py-1.5 font-mono text-[0.8125rem] whitespace-pre-wrap wrap-anywhere">
        <code>
          {code.split(/(\s+)/).map((part, index) =>
            // Break lines only between words, so that the two hyphens of an option stay with its name.
            part.trim() === "" ? (
              part
            ) : (
              <span key={index} className="inline-block max-w-full">
                {part}
              </span>
            ),
          )}
        </code>
      </pre>
      <CopyButton text={code} what={what} size="small" {...(onCopied ? { onCopied } : {})} />
    </div>
  );
}

// Copies text. `navigator.clipboard` exists only on https and localhost. For plain http, as in a home network, an
// older way is used.

/** Copies the text. Returns whether it worked. */
async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // The browser refused: try the older way, which may still be allowed.
    }
  }
  return copyBySelection(text);
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.setAttribute("aria-hidden", "true");
  area.className = "fixed top-0 opacity-0";
  // In an open dialog, the element has to be inside it.
  (focused?.closest("[role=dialog],[role=alertdialog]") ?? document.body).append(area);
  area.select();
  let copied: boolean;
  try {
    copied = document.execCommand("copy");
  } catch {
    copied = false;
  }
  area.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return copied;
}

/** Lets the browser save a text as a file, without a request. */
export function saveText(fileName: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has read the file by then.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
