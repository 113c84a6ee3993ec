// One token: its facts, its usage, its events and its actions.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Pencil, RefreshCw, Trash2, X } from "lucide-react";
import { type ReactElement, useState } from "react";
import { accountEventsQuery } from "../../api/audit.ts";
import { tokenQuery } from "../../api/token.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { tokenUsageQuery } from "../../api/usage.ts";
import { EventRow } from "../../audit/event-list.tsx";
import { UsageSection } from "../../credential/usage-view.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { BackLink, Page } from "../../ui/page.tsx";
import { LoadFailure, LoadingRows } from "../../ui/placeholder.tsx";
import { Rows } from "../../ui/rows.tsx";
import { RenameDialog, RevokeDialog, useDismissToken } from "./token-dialogs.tsx";
import { TokenDetails } from "./token-facts.tsx";
import { isOver } from "./token-standing.ts";

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

/** The log has the older events. */
const SHOWN = 8;

/** The latest events of a token. */
export function TokenEvents({ tokenId }: { readonly tokenId: string }): ReactElement {
  const navigate = useNavigate();
  const events = useInfiniteQuery(accountEventsQuery({ credential: tokenId }));
  return (
    <section aria-labelledby="token-events" className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="token-events" className="text-[0.9375rem] font-semibold">
          Its events
        </h2>
        <Link
          to="/settings/activity"
          search={{ credential: tokenId }}
          className="rounded-control text-[0.8125rem] font-medium text-mint hover:underline print:hidden"
        >
          All events
        </Link>
      </div>
      {events.data === undefined ? (
        events.isError ? (
          <LoadFailure error={events.error} busy={events.isFetching} onRetry={() => void events.refetch()} />
        ) : (
          <LoadingRows rows={3} />
        )
      ) : (
        <Rows label="Events of this token">
          {events.data.pages
            .flatMap(({ items }) => items)
            .slice(0, SHOWN)
            .map((event) => (
              <EventRow
                key={event.id}
                event={event}
                scope="account"
                onSearch={(search) => void navigate({ to: "/settings/activity", search })}
              />
            ))}
        </Rows>
      )}
    </section>
  );
}
