import type { ReactElement, ReactNode } from "react";
import type { ApiKey } from "../../api/types.ts";
import { blockedReason } from "../../credential/blocked-by.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { isStale } from "../../credential/stale.ts";
import { UseFacts } from "../../credential/use-facts.tsx";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Row } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";

interface ApiKeyRowProps {
  readonly apiKey: ApiKey;
  readonly now: number;
  /** `null` for a role that may not. */
  readonly onRevoke: (() => void) | null;
}

const STATE_BADGES: Partial<Record<ApiKey["state"], readonly [BadgeTone, string]>> = {
  expired: ["neutral", "Expired"],
  revoked: ["neutral", "Revoked"],
  blocked: ["danger", "Blocked by policy"],
};

export function ApiKeyRow({ apiKey, now, onRevoke }: ApiKeyRowProps): ReactElement {
  const { state } = apiKey;
  const badge = STATE_BADGES[state];
  return (
    <Row
      title={apiKey.name}
      muted={state !== "active"}
      badges={
        <>
          <Badge>{apiKey.role}</Badge>
          {badge && <Badge tone={badge[0]}>{badge[1]}</Badge>}
          {isStale(apiKey, now) && <Badge tone="warning">Stale</Badge>}
        </>
      }
      note={
        <>
          <span className="font-mono">{apiKey.prefix}…</span> · {summarizePermissions(apiKey.permissions)} · made by{" "}
          <bdi>{apiKey.createdBy.name}</bdi>, <Time at={apiKey.createdAt} as="date" />
          {state === "blocked" && <p className="text-rust">{blockedReason(apiKey.blockedBy)}.</p>}
        </>
      }
      facts={
        <>
          <UseFacts use={apiKey} />
          <p>
            <End apiKey={apiKey} />
          </p>
        </>
      }
      action={
        onRevoke !== null &&
        state !== "revoked" && (
          <Button size="small" aria-label={`Revoke ${apiKey.name}`} onClick={onRevoke}>
            Revoke
          </Button>
        )
      }
    />
  );
}

function End({ apiKey }: { readonly apiKey: ApiKey }): ReactNode {
  if (apiKey.revokedAt !== null) {
    return (
      <>
        Revoked <Time at={apiKey.revokedAt} as="date" />
        {apiKey.revokedBy !== null && (
          <>
            {" "}
            by <bdi>{apiKey.revokedBy.name}</bdi>
          </>
        )}
      </>
    );
  }
  if (apiKey.expiresAt === null) return "No expiry";
  return (
    <>
      {apiKey.state === "expired" ? "Expired" : "Expires"} <Time at={apiKey.expiresAt} as="date" />
    </>
  );
}
