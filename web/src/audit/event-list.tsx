// A log of audit events, newest first, that goes on as far as one scrolls.
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import type { AuditEvent } from "../api/types.ts";
import { Button } from "../ui/button.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { EmptyState, LoadFailure, LoadingRows } from "../ui/placeholder.tsx";
import { Rows } from "../ui/rows.tsx";
import type { AuditSearch } from "./audit-search.ts";
import { EventRow } from "./event-row.tsx";
import type { LogScope } from "./reference-place.ts";

type EventPages = InfiniteData<{ readonly items: readonly AuditEvent[] }>;

interface EventListProps {
  readonly query: UseInfiniteQueryResult<EventPages>;
  readonly scope: LogScope;
  /** Whether a filter is set: nothing matches is not the same as nothing there. */
  readonly filtered: boolean;
  /** What is said where nothing has happened yet. */
  readonly empty: ReactNode;
  /** Changes the filter; with `{}` it is cleared. */
  readonly onSearch: (search: AuditSearch) => void;
}

export function EventList({ query, scope, filtered, empty, onSearch }: EventListProps): ReactElement {
  const retry = <LoadFailure error={query.error} busy={query.isFetching} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return query.isError ? retry : <LoadingRows rows={8} />;
  const events = query.data.pages.flatMap(({ items }) => items);
  if (events.length === 0) return <NoEvents filtered={filtered} empty={empty} onClear={() => onSearch({})} />;
  return (
    <div className="grid gap-4">
      <Rows label="Events">
        {events.map((event) => (
          <EventRow key={event.id} event={event} scope={scope} onSearch={onSearch} />
        ))}
      </Rows>
      {query.isFetchNextPageError && (
        <LoadFailure error={query.error} busy={query.isFetching} onRetry={() => void query.fetchNextPage()} />
      )}
      {query.hasNextPage && !query.isFetchNextPageError && (
        <LoadMore busy={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()}>
          Show older events
        </LoadMore>
      )}
      {!query.hasNextPage && <p className="text-center text-[0.8125rem] text-soft">That is all there is.</p>}
    </div>
  );
}

interface NoEventsProps {
  readonly filtered: boolean;
  readonly empty: ReactNode;
  readonly onClear: () => void;
}

function NoEvents({ filtered, empty, onClear }: NoEventsProps): ReactElement {
  if (!filtered)
    return (
      <EmptyState icon={<ScrollText />} title="Nothing has happened yet">
        {empty}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<ScrollText />}
      title="No event matches"
      action={<Button onClick={onClear}>Show all events</Button>}
    >
      <p>Choose a longer time, or fewer filters.</p>
    </EmptyState>
  );
}
