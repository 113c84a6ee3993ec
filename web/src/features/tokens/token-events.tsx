import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { accountEventsQuery } from "../../api/audit.ts";
import { EventRow } from "../../audit/event-row.tsx";
import { LoadFailure, LoadingRows } from "../../ui/placeholder.tsx";
import { Rows } from "../../ui/rows.tsx";

/** As many as fit beside the pictures; the log has the others. */
const SHOWN = 8;

/** The latest that happened to a token and through it. */
export function TokenEvents({ tokenId }: { readonly tokenId: string }): ReactElement {
  const navigate = useNavigate();
  const events = useInfiniteQuery(accountEventsQuery({ credential: tokenId }));
  return (
    <section aria-labelledby="token-events" className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="token-events" className="text-[0.9375rem] font-semibold">
          What happened to it
        </h2>
        <Link
          to="/settings/activity"
          search={{ credential: tokenId }}
          className="rounded-control text-[0.8125rem] font-medium text-mint hover:underline print:hidden"
        >
          All its events
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
