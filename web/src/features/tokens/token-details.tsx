import type { ReactElement, ReactNode } from "react";
import type { PersonalAccessToken } from "../../api/types.ts";
import { classNames } from "../../ui/class-names.ts";
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
      <dl className="grid gap-x-6 gap-y-3 rounded-control bg-sunken px-3.5 py-3 sm:grid-cols-2 lg:grid-cols-3">
        <Detail term="Created">
          <Time at={token.createdAt} as="date-time" />
        </Detail>
        <Detail term="Expires">{token.expiresAt ? <Time at={token.expiresAt} as="date-time" /> : "Never"}</Detail>
        {token.revokedAt && (
          <Detail term="Revoked">
            <Time at={token.revokedAt} as="date-time" />
          </Detail>
        )}
        <Detail term="Last used">
          {token.lastUsedAt ? <Time at={token.lastUsedAt} as="date-time" /> : "Never"}
          {token.lastUsedIp && <> from {token.lastUsedIp}</>}
        </Detail>
        <Detail term="Uses">{uses.toLocaleString("en")}</Detail>
        <Detail term="Id">
          <span className="font-mono text-xs break-all">{token.id}</span>
        </Detail>
        <Detail term="Permissions" wide>
          {token.permissions === null ? (
            `Whole role: whatever you may do in ${isolated(token.organization.name)}`
          ) : (
            <span className="font-mono text-[0.8125rem] wrap-anywhere">{token.permissions.join(", ")}</span>
          )}
        </Detail>
      </dl>
    </div>
  );
}

interface DetailProps {
  readonly term: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

function Detail({ term, wide = false, children }: DetailProps): ReactElement {
  return (
    <div className={classNames("min-w-0", wide && "sm:col-span-2 lg:col-span-3")}>
      <dt className="text-[0.8125rem] text-soft">{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
