import type { ReactElement } from "react";
import { Fact } from "../ui/facts.tsx";
import { Time } from "../ui/time-view.tsx";

interface LastUseProps {
  readonly of: { readonly lastUsedAt: string | null; readonly lastUsedIp?: string | null };
  readonly inSentence?: boolean;
}

/** "Last used 2 hours ago from 203.0.113.7", or "Never used". The address is optional. */
export function LastUse({ of: { lastUsedAt, lastUsedIp = null }, inSentence = false }: LastUseProps): ReactElement {
  if (lastUsedAt === null) return <>{inSentence ? "never used" : "Never used"}</>;
  return (
    <>
      {inSentence ? "last used" : "Last used"} <Time at={lastUsedAt} />
      {lastUsedIp !== null && <> from {lastUsedIp}</>}
    </>
  );
}

interface Use {
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
  readonly lastUsedUserAgent: string | null;
  readonly useCount: number;
}

/** When, from where and by which program a credential was last used. A client chooses its own user agent. */
export function UseFacts({ use: credential }: { readonly use: Use }): ReactElement {
  const { useCount: uses } = credential;
  if (credential.lastUsedAt === null) return <p>Never used</p>;
  return (
    <>
      <p>
        <LastUse of={credential} />
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

// The expiry or end of a credential, and its last use, on its page.

interface Ending {
  readonly state: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly revokedBy: { readonly name: string } | null;
}

export function EndFact({ credential }: { readonly credential: Ending }): ReactElement {
  const { state, expiresAt, revokedAt, revokedBy } = credential;
  if (revokedAt !== null) {
    return (
      <Fact term="Revoked">
        <Time at={revokedAt} as="date-time" />
        {revokedBy !== null && (
          <>
            {" "}
            by <bdi>{revokedBy.name}</bdi>
          </>
        )}
      </Fact>
    );
  }
  return (
    <Fact term={state === "expired" ? "Expired" : "Expires"}>
      {expiresAt === null ? "Never" : <Time at={expiresAt} as="date-time" />}
    </Fact>
  );
}

interface Used {
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
  readonly lastUsedUserAgent: string | null;
}

/** The last use, with the user agent that the client sent. */
export function UseFact({ credential }: { readonly credential: Used }): ReactElement {
  const { lastUsedAt, lastUsedIp, lastUsedUserAgent } = credential;
  return (
    <Fact term="Last used">
      {lastUsedAt === null ? "Never" : <Time at={lastUsedAt} as="date-time" />}
      {lastUsedIp !== null && <> from {lastUsedIp}</>}
      {lastUsedUserAgent !== null && (
        <>
          {" by "}
          <bdi>{lastUsedUserAgent}</bdi>
        </>
      )}
    </Fact>
  );
}
