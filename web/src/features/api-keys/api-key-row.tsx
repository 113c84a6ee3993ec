import { Link } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import type { ApiKey } from "../../api/types.ts";
import { blockedReason } from "../../credential/blocked-by.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { UseFacts } from "../../credential/use-facts.tsx";
import { UsesLink } from "../../credential/uses-link.tsx";
import { Button } from "../../ui/button.tsx";
import { Row } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { KeyBadges } from "./key-badges.tsx";

interface ApiKeyRowProps {
  readonly apiKey: ApiKey;
  readonly now: number;
  /** Daily uses of the last month, once they are known. */
  readonly uses: readonly number[] | undefined;
  /** `null` for a role that may not. */
  readonly onRevoke: (() => void) | null;
}

export function ApiKeyRow({ apiKey, now, uses, onRevoke }: ApiKeyRowProps): ReactElement {
  const { state } = apiKey;
  const place = { to: "/organization/api-keys/$keyId", params: { keyId: apiKey.id } } as const;
  return (
    <Row
      title={
        <Link {...place} className="rounded-control hover:text-mint hover:underline">
          {apiKey.name}
        </Link>
      }
      muted={state !== "active"}
      badges={<KeyBadges apiKey={apiKey} now={now} />}
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
          {apiKey.lastUsedAt !== null && <UsesLink place={place} name={apiKey.name} uses={uses} />}
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
