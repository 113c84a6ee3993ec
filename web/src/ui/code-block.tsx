import type { ReactElement } from "react";
import { CopyButton } from "./copy-button.tsx";

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
