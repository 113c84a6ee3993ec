import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { BellOff, SearchX } from "lucide-react";
import type { ReactElement } from "react";
import type { Problem } from "../../api/problem.ts";
import type { Notice } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { LoadMore } from "../../ui/load-more.tsx";
import { ProblemNotice } from "../../ui/notice.tsx";
import { EmptyState, LoadFailure, LoadingRows } from "../../ui/placeholder.tsx";
import { Rows } from "../../ui/rows.tsx";
import { NoticeRow } from "./notice-row.tsx";

interface NoticeListProps {
  readonly query: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Notice[] }>>;
  /** Whether a filter is set: nothing matches is not the same as nothing there. */
  readonly filtered: boolean;
  readonly problem: Problem | null;
  readonly onClear: () => void;
  readonly onRead: (id: string) => void;
  readonly onDismiss: (id: string) => void;
}

export function NoticeList({ query, filtered, problem, onClear, onRead, onDismiss }: NoticeListProps): ReactElement {
  if (query.data === undefined) {
    if (!query.isError) return <LoadingRows rows={5} />;
    return <LoadFailure error={query.error} busy={query.isFetching} onRetry={() => void query.refetch()} />;
  }
  const notices = query.data.pages.flatMap(({ items }) => items);
  return (
    <div className="grid gap-4">
      {problem !== null && <ProblemNotice problem={problem} />}
      {notices.length === 0 ? (
        <NoNotices filtered={filtered} onClear={onClear} />
      ) : (
        <Rows label="Notices">
          {notices.map((notice) => (
            <NoticeRow
              key={notice.id}
              notice={notice}
              onRead={() => onRead(notice.id)}
              onDismiss={() => onDismiss(notice.id)}
            />
          ))}
        </Rows>
      )}
      {query.hasNextPage && (
        // Only a person asks for more: what stands below the list would never be reached otherwise.
        <LoadMore failed busy={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()}>
          Show older notices
        </LoadMore>
      )}
      {query.isFetchNextPageError && (
        <LoadFailure error={query.error} busy={query.isFetching} onRetry={() => void query.fetchNextPage()} />
      )}
    </div>
  );
}

function NoNotices({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }): ReactElement {
  if (filtered) {
    return (
      <EmptyState icon={<SearchX />} title="No notice matches" action={<Button onClick={onClear}>Show all</Button>}>
        <p>Nothing of this kind is in your list.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<BellOff />} title="Nothing to tell">
      <p>You will read here when a token of yours is made, ends, is revoked, or is used from a new network.</p>
    </EmptyState>
  );
}
