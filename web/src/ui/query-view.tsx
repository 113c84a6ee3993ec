// The three faces of data from the server: not here yet, not readable, here.
import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { Button } from "./button.tsx";
import { LoadFailure, LoadingRows } from "./placeholder.tsx";

interface QueryViewProps<Data> {
  readonly query: UseQueryResult<Data>;
  readonly loading?: ReactElement;
  readonly children: (data: Data) => ReactNode;
}

/** Shows the data, even old data while a refresh fails: an error replaces it only when there is none. */
export function QueryView<Data>({ query, loading, children }: QueryViewProps<Data>): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return <LoadFailure error={query.error} busy={query.isFetching} onRetry={() => void query.refetch()} />;
  }
  return loading ?? <LoadingRows />;
}

// A list of the whole instance: it may hold a hundred thousand things, so it is read as far as one scrolls.

interface PagedListProps<Item> {
  readonly query: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Item[] }>>;
  readonly empty: ReactElement;
  /** What the button for more of them says. */
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

// The end of a list that goes on: a button, which presses itself when it comes into view.

interface LoadMoreProps {
  readonly busy: boolean;
  /** The last try failed: only a person tries again. */
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
