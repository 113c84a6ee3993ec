// When a credential of an organization ends or ended and when it was last used, as its page says it.
import type { ReactElement } from "react";
import { Time } from "../ui/time-view.tsx";
import { Fact } from "./facts.tsx";

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

/** What a user agent says, anyone can say. */
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
