import type { ReactElement } from "react";
import type { PersonalAccessToken } from "../../api/types.ts";
import { Fact, Facts } from "../../credential/facts.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Time } from "../../ui/time-view.tsx";
import { standingReason } from "./token-standing.ts";
import { isolated } from "../../ui/isolated.ts";

/** Everything known about a token, with exact times. */
export function TokenDetails({ token }: { readonly token: PersonalAccessToken }): ReactElement {
  const reason = standingReason(token);
  const { useCount: uses } = token;
  return (
    <div className="grid gap-3">
      {reason && <Notice tone={token.state === "blocked" ? "danger" : "info"}>{reason}</Notice>}
      <Facts>
        <Fact term="Created">
          <Time at={token.createdAt} as="date-time" />
        </Fact>
        <Fact term="Expires">{token.expiresAt ? <Time at={token.expiresAt} as="date-time" /> : "Never"}</Fact>
        {token.revokedAt && (
          <Fact term="Revoked">
            <Time at={token.revokedAt} as="date-time" />
          </Fact>
        )}
        <Fact term="Last used">
          {token.lastUsedAt ? <Time at={token.lastUsedAt} as="date-time" /> : "Never"}
          {token.lastUsedIp && <> from {token.lastUsedIp}</>}
        </Fact>
        <Fact term="Uses">{uses.toLocaleString("en")}</Fact>
        <Fact term="Id">
          <span className="font-mono text-xs break-all">{token.id}</span>
        </Fact>
        <Fact term="Permissions" wide>
          {token.permissions === null ? (
            `Whole role: whatever you may do in ${isolated(token.organization.name)}`
          ) : (
            <span className="font-mono text-[0.8125rem] wrap-anywhere">{token.permissions.join(", ")}</span>
          )}
        </Fact>
      </Facts>
    </div>
  );
}
