import type { ReactElement } from "react";
import { Time } from "../ui/time-view.tsx";

interface Use {
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
  readonly lastUsedUserAgent: string | null;
  readonly useCount: number;
}

/** When a credential was last used, from where and by which program: what its user agent says, anyone can say. */
export function UseFacts({ use: credential }: { readonly use: Use }): ReactElement {
  const { useCount: uses } = credential;
  if (credential.lastUsedAt === null) return <p>Never used</p>;
  return (
    <>
      <p>
        Last used <Time at={credential.lastUsedAt} />
        {credential.lastUsedIp !== null && <> from {credential.lastUsedIp}</>}
      </p>
      <p className="wrap-anywhere">
        {uses === 1 ? "1 use" : `${uses.toLocaleString("en")} uses`}
        {credential.lastUsedUserAgent !== null && (
          <>
            {" · "}
            <bdi>{shortened(credential.lastUsedUserAgent)}</bdi>
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
