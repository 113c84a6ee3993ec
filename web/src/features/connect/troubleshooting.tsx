import type { McpClient } from "@mintmark/mcp-clients";
import { type ReactElement, useEffect, useRef } from "react";

interface TroubleshootingProps {
  readonly client: McpClient;
  /** Opens by itself when it turns true. Closing it again is the reader's. */
  readonly open: boolean;
}

/** What to look at when no call arrives. */
export function Troubleshooting({ client, open }: TroubleshootingProps): ReactElement {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (open && details.current) details.current.open = true;
  }, [open]);
  return (
    <details ref={details} className="rounded-panel border border-line bg-surface px-4 py-2.5">
      <summary className="rounded-control font-medium">Nothing arrives?</summary>
      <ul className="mt-2 grid list-disc gap-1.5 pl-5 text-soft">
        <li>{client.check}</li>
        {client.troubleshooting.map((advice) => (
          <li key={advice}>{advice}</li>
        ))}
        <li>
          “401” or “unauthorized” in the client means that the token did not arrive whole, or that it is another one
          than the one chosen above.
        </li>
        <li>“403” can mean that the organization’s policy has switched AI clients off: ask an owner or admin.</li>
        <li>The computer that the client runs on must reach this server’s address.</li>
      </ul>
    </details>
  );
}
