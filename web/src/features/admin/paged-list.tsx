// A list of the whole instance: it may hold a hundred thousand things, so it is read as far as one scrolls.
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { LoadMore } from "../../ui/load-more.tsx";
import { LoadFailure, LoadingRows } from "../../ui/placeholder.tsx";

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
