// A log of audit events, newest first, which loads more at its end.
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { ArrowRight, ChevronRight, ScrollText } from "lucide-react";
import { type ReactElement, type ReactNode, useId } from "react";
import type { AuditEvent } from "../api/types.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { EmptyState, LoadFailure, LoadingRows } from "../ui/placeholder.tsx";
import { LoadMore } from "../ui/query-view.tsx";
import { RowItem, Rows, useRowDetails } from "../ui/rows.tsx";
import { Time } from "../ui/time-view.tsx";
import type { AuditSearch } from "./audit-search.ts";
import { EventDetails } from "./event-details.tsx";
import { actionLabel, actorLabel, targetLabel } from "./event-text.ts";
import type { LogScope } from "./reference-place.ts";

type EventPages = InfiniteData<{ readonly items: readonly AuditEvent[] }>;

interface EventListProps {
  readonly query: UseInfiniteQueryResult<EventPages>;
  readonly scope: LogScope;
  /** Whether a filter is set. An empty result then has another text. */
  readonly filtered: boolean;
  /** The name of the person whose events are shown; absent or `null` for everybody's. */
  readonly person?: string | null;
  /** The text for an empty log. */
  readonly empty: ReactNode;
  /** Changes the filter. `{}` clears it. */
  readonly onSearch: (search: AuditSearch) => void;
}

export function EventList({ query, scope, filtered, person = null, empty, onSearch }: EventListProps): ReactElement {
  const retry = <LoadFailure error={query.error} busy={query.isFetching} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return query.isError ? retry : <LoadingRows rows={8} />;
  const events = query.data.pages.flatMap(({ items }) => items);
  if (events.length === 0)
    return <NoEvents filtered={filtered} person={person} empty={empty} onClear={() => onSearch({})} />;
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
      {!query.hasNextPage && <p className="text-center text-[0.8125rem] text-soft">There are no older events.</p>}
    </div>
  );
}

interface NoEventsProps {
  readonly filtered: boolean;
  readonly person: string | null;
  readonly empty: ReactNode;
  readonly onClear: () => void;
}

function NoEvents({ filtered, person, empty, onClear }: NoEventsProps): ReactElement {
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
      {person !== null && (
        <p>
          The log has no such event of <bdi className="font-medium text-ink">{person}</bdi>.
        </p>
      )}
      <p>Choose a longer time, or fewer filters.</p>
    </EmptyState>
  );
}

interface EventRowProps {
  readonly event: AuditEvent;
  readonly scope: LogScope;
  readonly onSearch: (search: AuditSearch) => void;
}

/** One line: who did what to what. It opens to the changes and the address. */
export function EventRow({ event, scope, onSearch }: EventRowProps): ReactElement {
  const [open, toggle] = useRowDetails();
  const id = useId();
  const target = targetLabel(event);
  return (
    <RowItem>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={toggle}
        className="flex min-h-16 w-full items-start gap-3 px-4 py-3 text-left hover:bg-sunken focus-visible:-outline-offset-2"
      >
        <ChevronRight
          aria-hidden="true"
          className={classNames("mt-0.5 size-4 shrink-0 text-faint transition-transform", open && "rotate-90")}
        />
        <span className="flex min-w-0 grow flex-wrap gap-x-6 gap-y-1">
          <span className="min-w-0 grow basis-56">
            <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <span className="font-semibold wrap-anywhere">{actionLabel(event.action)}</span>
              {event.outcome === "denied" && <Badge tone="danger">Denied</Badge>}
            </span>
            <span className="block text-[0.8125rem] wrap-anywhere text-soft">
              <bdi>{actorLabel(event)}</bdi>
              {target && (
                <>
                  <ArrowRight className="mx-1.5 inline size-3 text-faint" aria-hidden="true" />
                  <span className="sr-only"> to </span>
                  <bdi>{target}</bdi>
                </>
              )}
            </span>
          </span>
          <span className="block text-[0.8125rem] text-soft sm:basis-52 sm:text-right">
            <span className="block">
              <Time at={event.at} as="date-time" />
            </span>
            {event.ip && <span className="block">from {event.ip}</span>}
          </span>
        </span>
      </button>
      <div id={id} hidden={!open}>
        {open && <EventDetails event={event} scope={scope} onSearch={onSearch} />}
      </div>
    </RowItem>
  );
}
