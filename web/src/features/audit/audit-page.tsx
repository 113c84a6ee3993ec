// The organization's audit log, newest first. Rule: the filter is in the address, so that a view of the log
// can be sent to a colleague; events are read page by page and never searched here, where only the pages
// already read could be searched. Deliberately absent: export, which is the API's.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowRight, ScrollText } from "lucide-react";
import type { ReactElement } from "react";
import { auditEventsQuery } from "../../api/audit.ts";
import type { AuditEvent } from "../../api/types.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useSession } from "../../session/use-session.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState, LoadFailure, LoadingRows } from "../../ui/placeholder.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { AuditFilterForm } from "./audit-filter.tsx";
import { actionLabel, actorLabel, type AuditSearch, filterOf, targetLabel } from "./audit-text.ts";

const TITLE = "Audit log";

export function AuditPage(): ReactElement {
  return (
    <RequirePermission permission="audit:read" title={TITLE}>
      <Audit />
    </RequirePermission>
  );
}

function Audit(): ReactElement {
  const { organization } = useSession();
  const search = useSearch({ from: "/shell/organization/audit" });
  const navigate = useNavigate();
  const events = useInfiniteQuery(auditEventsQuery(organization.id, filterOf(search)));
  const filtered = Object.keys(search).length > 0;

  function change(next: AuditSearch): void {
    void navigate({ to: "/organization/audit", search: next, replace: true, resetScroll: false });
  }

  return (
    <Page title={TITLE} lead={`Who did what in ${organization.name}, newest first.`}>
      <AuditFilterForm key={JSON.stringify(search)} search={search} onChange={change} />
      {events.isPending && <LoadingRows rows={6} />}
      {events.isError && !events.data && (
        <LoadFailure error={events.error} busy={events.isFetching} onRetry={() => void events.refetch()} />
      )}
      {events.data && (
        <EventPages
          events={events.data.pages.flatMap((page) => page.items)}
          filtered={filtered}
          more={events.hasNextPage}
          loading={events.isFetchingNextPage}
          onMore={() => void events.fetchNextPage()}
          onClear={() => change({})}
        />
      )}
    </Page>
  );
}

interface EventPagesProps {
  readonly events: readonly AuditEvent[];
  readonly filtered: boolean;
  readonly more: boolean;
  readonly loading: boolean;
  readonly onMore: () => void;
  readonly onClear: () => void;
}

function EventPages({ events, filtered, more, loading, onMore, onClear }: EventPagesProps): ReactElement {
  if (events.length === 0) {
    return (
      <EmptyState
        icon={<ScrollText />}
        title={filtered ? "No event matches" : "Nothing has happened yet"}
        action={filtered && <Button onClick={onClear}>Show all events</Button>}
      />
    );
  }
  return (
    <div className="grid justify-items-center gap-4">
      <div className="w-full">
        <Rows label="Events">
          {events.map((event) => (
            <EventRow key={event.id} event={event} />
          ))}
        </Rows>
      </div>
      {more && (
        <Button busy={loading} onClick={onMore}>
          Show older events
        </Button>
      )}
    </div>
  );
}

function EventRow({ event }: { readonly event: AuditEvent }): ReactElement {
  const target = targetLabel(event);
  return (
    <Row
      title={actionLabel(event.action)}
      badges={event.outcome === "denied" && <Badge tone="danger">Denied</Badge>}
      note={
        <>
          {actorLabel(event)}
          {target && (
            <>
              <ArrowRight className="mx-1.5 inline size-3 text-faint" aria-label="to" />
              {target}
            </>
          )}
        </>
      }
      facts={
        <>
          <p>
            <Time at={event.at} as="date-time" />
          </p>
          {event.ip && <p>from {event.ip}</p>}
        </>
      }
    />
  );
}
