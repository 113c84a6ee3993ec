// The old and the new token side by side, watched until the new one has been used.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { tokenQuery } from "../../api/tokens.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Panel } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Time } from "../../ui/time-view.tsx";
import { RevokeDialog } from "./revoke-dialog.tsx";
import { isOver } from "./token-standing.ts";

const WATCH_MS = 4000;

export function CompareTokens({ oldId, newId }: { readonly oldId: string; readonly newId: string }): ReactElement {
  const old = useQuery({ ...tokenQuery(oldId), refetchInterval: WATCH_MS });
  const successor = useQuery({ ...tokenQuery(newId), refetchInterval: WATCH_MS });
  return (
    <div className="grid gap-4">
      <div className="grid gap-4 md:grid-cols-2">
        <QueryView query={old}>{(token) => <Side label="Old token" token={token} />}</QueryView>
        <QueryView query={successor}>{(token) => <Side label="New token" token={token} />}</QueryView>
      </div>
      {old.data && successor.data && <NextStep old={old.data} successor={successor.data} />}
    </div>
  );
}

function Side({ label, token }: { readonly label: string; readonly token: PersonalAccessToken }): ReactElement {
  return (
    <Panel className="p-4">
      <div className="flex items-center justify-between gap-2">
        <h2 className="text-[0.8125rem] font-medium text-soft">{label}</h2>
        <Badge tone={token.state === "active" ? "good" : "neutral"}>
          {token.state === "active" ? "Works" : token.state}
        </Badge>
      </div>
      <p className="mt-1 font-semibold wrap-anywhere">
        <bdi>{token.name}</bdi>
      </p>
      <p className="font-mono text-[0.8125rem] text-soft">{token.prefix}…</p>
      <dl className="mt-3 grid grid-cols-[6rem_minmax(0,1fr)] gap-y-1">
        <dt className="text-soft">Last used</dt>
        <dd>
          {token.lastUsedAt ? <Time at={token.lastUsedAt} /> : "Never"}
          {token.lastUsedIp && <span className="text-soft"> from {token.lastUsedIp}</span>}
        </dd>
        <dt className="text-soft">Expires</dt>
        <dd>{token.expiresAt ? <Time at={token.expiresAt} as="date" /> : "Never"}</dd>
      </dl>
    </Panel>
  );
}

function NextStep({
  old,
  successor,
}: {
  readonly old: PersonalAccessToken;
  readonly successor: PersonalAccessToken;
}): ReactElement {
  const [revoking, setRevoking] = useState(false);
  if (isOver(old)) {
    return (
      <div className="grid justify-items-start gap-4">
        <Notice tone="good" live="status" title="Done: only the new token works now" className="w-full" />
        <Link to="/settings/tokens" className={buttonClass("primary")}>
          Back to your tokens
        </Link>
      </div>
    );
  }
  const used = successor.lastUsedAt !== null;
  return (
    <>
      <Notice
        tone={used ? "good" : "info"}
        live="status"
        title={used ? "The new token has been used" : "Waiting for the new token's first use"}
      >
        <p>
          {used
            ? "If nothing else uses the old one, revoke it now."
            : "Revoke the old one after that. If you revoke it earlier, whatever still uses it stops working."}
        </p>
        <Button size="small" kind={used ? "danger" : "secondary"} className="mt-2.5" onClick={() => setRevoking(true)}>
          Revoke the old token
        </Button>
      </Notice>
      <RevokeDialog token={old} open={revoking} onClose={() => setRevoking(false)} />
    </>
  );
}
