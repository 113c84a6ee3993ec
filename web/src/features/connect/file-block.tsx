import type { McpFile } from "@mintmark/mcp-clients";
import { FileJson, FileText } from "lucide-react";
import type { ReactElement } from "react";
import { CodeBlock } from "../../ui/code-block.tsx";

interface FileBlockProps {
  readonly file: McpFile;
  readonly onCopied: () => void;
}

/** A file of the client: where it is, and all that stands in it when it holds nothing else. */
export function FileBlock({ file, onCopied }: FileBlockProps): ReactElement {
  const Icon = file.syntax === "json" ? FileJson : FileText;
  return (
    <figure className="grid gap-1.5">
      <figcaption className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.8125rem]">
        <Icon className="size-4 shrink-0 text-faint" aria-hidden="true" />
        <span className="min-w-0 font-mono wrap-anywhere">{file.path}</span>
        <span className="text-faint">{file.syntax.toUpperCase()}</span>
      </figcaption>
      <CodeBlock code={file.text.trimEnd()} what="configuration" onCopied={onCopied} />
      <p className="text-[0.8125rem] text-soft">
        If the file exists, add the entry to the ones that are there.
        {file.projectPath !== null && (
          <>
            {" "}
            For one project only, use <code className="font-mono text-ink">{file.projectPath}</code> in its folder
            instead.
          </>
        )}
      </p>
    </figure>
  );
}
