// Shows data from the server while it loads, when it fails, and when it is there.
import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { Button } from "./button.tsx";
import { LoadFailure, LoadingRows } from "./placeholder.tsx";

interface QueryViewProps<Data> {
  readonly query: UseQueryResult<Data>;
  readonly loading?: ReactElement;
  readonly children: (data: Data) => ReactNode;
}

/** Shows the data, even if a refresh has failed. An error is shown only when there is no data. */
export function QueryView<Data>({ query, loading, children }: QueryViewProps<Data>): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return <LoadFailure error={query.error} busy={query.isFetching} onRetry={() => void query.refetch()} />;
  }
  return loading ?? <LoadingRows />;
}

// A list that may be very long: each page is loaded when the person scrolls to the end.

interface PagedListProps<Item> {
  readonly query: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Item[] }>>;
  readonly empty: ReactElement;
  /** The label of the button that loads more. */
  readonly more: string;
  readonly children: (items: readonly Item[]) => ReactNode;
}

export function PagedList<Item>({ query, empty, more, children }: PagedListProps<Item>): ReactElement {
  if (query.data === undefined) {
    if (!query.isError) return <LoadingRows rows={8} />;
    return <LoadFailure error={query.error} busy={query.isFetching} onRetry={() => void query.refetch()} />;
  }
  const items = query.data.pages.flatMap((page) => page.items);
  if (items.length === 0 && !query.hasNextPage) return empty;
  return (
    <div className="grid gap-4">
      {items.length > 0 && children(items)}
      {query.isFetchNextPageError && (
        <LoadFailure error={query.error} busy={query.isFetching} onRetry={() => void query.fetchNextPage()} />
      )}
      {query.hasNextPage && !query.isFetchNextPageError && (
        <LoadMore busy={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()}>
          {more}
        </LoadMore>
      )}
    </div>
  );
}

// The end of a list with more pages: a button that also runs when it comes into view.

interface LoadMoreProps {
  readonly busy: boolean;
  /** The last attempt failed, so only the person can repeat it. */
  readonly failed?: boolean;
  readonly onMore: () => void;
  readonly children: string;
}

export function LoadMore({ busy, failed = false, onMore, children }: LoadMoreProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  useEffect(() => {
    more.current = onMore;
  }, [onMore]);
  useEffect(() => {
    const { current } = place;
    if (busy || failed || current === null) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) more.current();
      },
      { rootMargin: "400px" },
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, [busy, failed]);
  return (
    <div ref={place} className="grid justify-items-center">
      <Button busy={busy} onClick={onMore}>
        {children}
      </Button>
    </div>
  );
}
