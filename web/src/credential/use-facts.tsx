import type { ReactElement } from "react";
import { Time } from "../ui/time-view.tsx";

interface Use {
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
  readonly lastUsedUserAgent: string | null;
  readonly useCount: number;
}

/** When a credential was last used, from where and by which program: what its user agent says, anyone can say. */
export function UseFacts({ use }: { readonly use: Use }): ReactElement {
  if (use.lastUsedAt === null) return <p>Never used</p>;
  return (
    <>
      <p>
        Last used <Time at={use.lastUsedAt} />
        {use.lastUsedIp !== null && <> from {use.lastUsedIp}</>}
      </p>
      <p className="wrap-anywhere">
        {use.useCount === 1 ? "1 use" : `${use.useCount.toLocaleString("en")} uses`}
        {use.lastUsedUserAgent !== null && (
          <>
            {" · "}
            <bdi>{shortened(use.lastUsedUserAgent)}</bdi>
          </>
        )}
      </p>
    </>
  );
}

const SHOWN = 60;

function shortened(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`;
}
