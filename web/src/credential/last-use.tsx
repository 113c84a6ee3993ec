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

// The end of a credential, in a list and on its page, and its last use on its page.

interface Ending {
  readonly state: string;
  readonly blockedBy: string | null;
  readonly expiresAt: string | null;
  readonly endsAt: string | null;
  readonly endsBecause: EndCause | null;
  readonly revokedAt: string | null;
  readonly revokedBy: { readonly name: string } | null;
}

type EndCause = "revoked" | "expiry" | "policy_lifetime" | "policy_idle";

/** A mild caution at a credential that time never ends. */
export const ENDLESS_CAUTION = "If its secret leaks, it works until somebody revokes it";

const BY_POLICY: Partial<Record<EndCause, string>> = {
  policy_lifetime: "by policy",
  policy_idle: "if unused",
};

interface EndDateProps {
  readonly at: string;
  readonly because: EndCause | null;
  readonly as?: "date" | "date-time";
}

/** The instant of an end, and the rule of the policy that causes it: "22 Dec 2026 if unused". */
export function EndDate({ at, because, as }: EndDateProps): ReactElement {
  const rule = because === null ? undefined : BY_POLICY[because];
  return (
    <>
      {as === undefined ? <Time at={at} /> : <Time at={at} as={as} />}
      {rule !== undefined && ` ${rule}`}
    </>
  );
}

/** Whether the policy's rule that ends the credential has ended it. */
export function hasEndedByPolicy({ blockedBy, endsBecause }: Pick<Ending, "blockedBy" | "endsBecause">): boolean {
  return blockedBy !== null && blockedBy === endsBecause;
}

/** "Expires 22 Dec 2026", "Ends 22 Dec 2026 by policy" or "No expiry", for a credential that was not revoked. */
export function EndLine({
  of: credential,
  inSentence = false,
}: {
  readonly of: Pick<Ending, "state" | "blockedBy" | "expiresAt" | "endsAt" | "endsBecause">;
  readonly inSentence?: boolean;
}): ReactElement {
  const { state, expiresAt, endsAt, endsBecause } = credential;
  const cased = (text: string): string => (inSentence ? text.toLowerCase() : text);
  if (state === "expired" && expiresAt !== null) {
    return (
      <>
        {cased("Expired")} <Time at={expiresAt} as="date" />
      </>
    );
  }
  if (endsAt === null) return <>{cased("No expiry")}</>;
  if (hasEndedByPolicy(credential)) {
    return (
      <>
        {cased("Ended")} <Time at={endsAt} as="date" />
      </>
    );
  }
  return (
    <>
      {cased(endsBecause === "expiry" ? "Expires" : "Ends")} <EndDate at={endsAt} because={endsBecause} as="date" />
    </>
  );
}

export function EndFact({ credential }: { readonly credential: Ending }): ReactElement {
  const { state, expiresAt, endsAt, endsBecause, revokedAt, revokedBy } = credential;
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
  if (state === "expired" && expiresAt !== null) {
    return (
      <Fact term="Expired">
        <Time at={expiresAt} as="date-time" />
      </Fact>
    );
  }
  if (endsAt !== null && hasEndedByPolicy(credential)) {
    return (
      <Fact term="Ended by the policy">
        <Time at={endsAt} as="date-time" />
      </Fact>
    );
  }
  return (
    <Fact term={endsBecause === null || endsBecause === "expiry" ? "Expires" : "Ends"}>
      {endsAt === null ? `Never. ${ENDLESS_CAUTION}.` : <EndDate at={endsAt} because={endsBecause} as="date-time" />}
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
