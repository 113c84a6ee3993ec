// A button that copies, shows that it did, and says so to screen readers.
import { Check, Copy } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";
import { useAnnounce } from "./announcer.tsx";
import { Button, type ButtonKind, type ButtonSize } from "./button.tsx";

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
      {copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
      {/* Both words keep their place, so that the button does not change its width. */}
      <span className="grid text-left">
        <span className={copied ? "invisible col-start-1 row-start-1" : "col-start-1 row-start-1"}>Copy</span>
        <span className={copied ? "col-start-1 row-start-1" : "invisible col-start-1 row-start-1"}>Copied</span>
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

/** A command to copy. Long lines wrap: nothing hides behind a scroll bar. */
export function CodeBlock({ code, what, onCopied }: CodeBlockProps): ReactElement {
  return (
    <div className="flex flex-wrap items-start justify-end gap-x-2 rounded-control border border-line bg-sunken py-1.5 pr-1.5 pl-3">
      <pre className="min-w-0 grow basis-64 py-1.5 font-mono text-[0.8125rem] whitespace-pre-wrap wrap-anywhere">
        <code>
          {code.split(/(\s+)/).map((part, index) =>
            // A line breaks between words: an option whose two hyphens end one line and whose name begins the next
            // cannot be read.
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

// Copying text. `navigator.clipboard` exists only on https and localhost; a server in a home network
// is often plain http, so there is the older way too.

/** Whether the text is on the clipboard now. */
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
  // Inside an open dialog the focus may not leave it.
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

/** Has the browser save a text as a file. Nothing is sent anywhere. */
export function saveText(fileName: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken the file by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
