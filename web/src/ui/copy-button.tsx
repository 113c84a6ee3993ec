// A button that copies, shows that it did, and says so to screen readers.
import { Check, Copy } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";
import { useAnnounce } from "./announcer.tsx";
import { Button, type ButtonKind, type ButtonSize } from "./button.tsx";
import { copyText } from "./clipboard.ts";

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
