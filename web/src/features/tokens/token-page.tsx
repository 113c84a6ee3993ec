// One token: what it is, how it was used, what happened to it, and what can be done with it.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Pencil, RefreshCw, Trash2, X } from "lucide-react";
import { type ReactElement, useState } from "react";
import { tokenQuery } from "../../api/tokens.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { tokenUsageQuery } from "../../api/usage.ts";
import { UsageSection } from "../../credential/usage-section.tsx";
import { BackLink } from "../../ui/back-link.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { LoadFailure, LoadingRows } from "../../ui/placeholder.tsx";
import { RenameDialog } from "./rename-dialog.tsx";
import { RevokeDialog } from "./revoke-dialog.tsx";
import { TokenDetails } from "./token-details.tsx";
import { TokenEvents } from "./token-events.tsx";
import { isOver } from "./token-standing.ts";
import { useDismissToken } from "./use-dismiss-token.ts";

const ROUTE = "/shell/settings/tokens/$tokenId";

export function TokenPage(): ReactElement {
  const { tokenId } = useParams({ from: ROUTE });
  const token = useQuery({ ...tokenQuery(tokenId), staleTime: 0, refetchInterval: 15_000 });
  if (token.data === undefined) {
    return (
      <Page title="Token" before={<BackLink to="/settings/tokens">Personal access tokens</BackLink>}>
        {token.isError ? (
          <LoadFailure error={token.error} busy={token.isFetching} onRetry={() => void token.refetch()} />
        ) : (
          <LoadingRows rows={3} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={token.data.name}
      before={<BackLink to="/settings/tokens">Personal access tokens</BackLink>}
      lead={
        <>
          <span className="font-mono text-[0.8125rem]">{token.data.prefix}…</span> in{" "}
          <bdi>{token.data.organization.name}</bdi>
        </>
      }
      action={<TokenActions token={token.data} />}
    >
      <TokenDetails token={token.data} />
      <UsageSection history={(days) => tokenUsageQuery(tokenId, days)} />
      <TokenEvents tokenId={tokenId} />
    </Page>
  );
}

function TokenActions({ token }: { readonly token: PersonalAccessToken }): ReactElement {
  const [dialog, setDialog] = useState<"rename" | "revoke" | null>(null);
  const navigate = useNavigate();
  const { pending, dismiss } = useDismissToken();
  if (isOver(token)) {
    return token.dismissedAt === null ? (
      <Button busy={pending} onClick={() => void dismiss(token).then(() => navigate({ to: "/settings/tokens" }))}>
        <X aria-hidden="true" />
        Dismiss
      </Button>
    ) : (
      <></>
    );
  }
  return (
    <div className="contents print:hidden">
      <Button onClick={() => setDialog("rename")}>
        <Pencil aria-hidden="true" />
        Rename
      </Button>
      <Link to="/settings/tokens/$tokenId/replace" params={{ tokenId: token.id }} className={buttonClass("secondary")}>
        <RefreshCw aria-hidden="true" />
        Replace
      </Link>
      <Button kind="danger" onClick={() => setDialog("revoke")}>
        <Trash2 aria-hidden="true" />
        Revoke
      </Button>
      <RenameDialog token={token} open={dialog === "rename"} onClose={() => setDialog(null)} />
      <RevokeDialog token={token} open={dialog === "revoke"} onClose={() => setDialog(null)} />
    </div>
  );
}
