// Notices about the person's tokens. Rule: a notice is marked as read when the person says so or follows it, not when
// the page opens. Deliberately absent: the events of other people, which are in the audit log.
import {
  type InfiniteData,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { BellOff, CheckCheck, SearchX } from "lucide-react";
import type { ReactElement } from "react";
import {
  dismissNotice,
  type NoticeFilter,
  NOTICES_KEY,
  noticesQuery,
  readAllNotices,
  readNotice,
  unreadNoticesQuery,
} from "../../api/notice.ts";
import { type Problem, toProblem } from "../../api/problem.ts";
import type { Notice, NoticeKind } from "../../api/types.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { ProblemCallout } from "../../ui/callout.tsx";
import { Choice, SelectField } from "../../ui/field.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState, LoadFailure, LoadingRows } from "../../ui/placeholder.tsx";
import { LoadMore } from "../../ui/query-view.tsx";
import { Rows } from "../../ui/rows.tsx";
import { useAction } from "../../ui/use-action.ts";
import { NoticeRow } from "./notice-row.tsx";
import { CalendarSection, PreferencesSection } from "./notice-settings.tsx";
import { KIND_LABELS } from "./notice-text.ts";

export function NoticesPage(): ReactElement {
  const search = useSearch({ from: "/shell/settings/notices" });
  const filter = parseNoticeSearch(search);
  const navigate = useNavigate();
  const notices = useInfiniteQuery(noticesQuery(filter));
  const unread = useQuery(unreadNoticesQuery).data ?? 0;
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const readingAll = useAction();

  /** Changes one notice and refreshes the list. Announces a failure. */
  async function change(work: Promise<void>, done: string): Promise<void> {
    try {
      await work;
      announce(done, { spokenOnly: true });
    } catch (error) {
      announce(toProblem(error).detail, { failed: true });
    }
    await queryClient.invalidateQueries({ queryKey: NOTICES_KEY });
  }

  async function readAll(): Promise<void> {
    const { read } = await readAllNotices();
    await queryClient.invalidateQueries({ queryKey: NOTICES_KEY });
    announce(read === 1 ? "One notice is marked as read." : `${read} notices are marked as read.`);
  }

  return (
    <Page
      title="Notices"
      lead="Events of your tokens, and tokens and API keys that end soon. Notices are kept for a year."
      action={
        <Button disabled={unread === 0} busy={readingAll.pending} onClick={() => void readingAll.run(readAll)}>
          <CheckCheck aria-hidden="true" />
          Mark all as read
        </Button>
      }
    >
      <NoticeFilterForm
        filter={filter}
        onChange={(next) => void navigate({ to: "/settings/notices", search: next, replace: true, resetScroll: false })}
      />
      <NoticeList
        query={notices}
        filtered={filter.unread || filter.kind !== null}
        problem={readingAll.problem}
        onClear={() => void navigate({ to: "/settings/notices", search: {}, replace: true, resetScroll: false })}
        onRead={(id) => void change(readNotice(id), "Marked as read.")}
        onDismiss={(id) => void change(dismissNotice(id), "The notice is dismissed.")}
      />
      {/* Not before the list, whose height nobody knows: they would move. */}
      {!notices.isPending && <PreferencesSection />}
      {!notices.isPending && <CalendarSection />}
    </Page>
  );
}

interface NoticeListProps {
  readonly query: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Notice[] }>>;
  /** Whether a filter is set. An empty result then has another text. */
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
      {problem !== null && <ProblemCallout problem={problem} />}
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
        // Load more only on request, so that people can reach the sections below the list.
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
        <p>There are no notices of this kind.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<BellOff />} title="No notices">
      <p>
        A notice appears here when one of your tokens is minted, expires, is revoked, or is used from a new network.
      </p>
    </EmptyState>
  );
}

/** The filter in the address. */
interface NoticeSearch {
  readonly unread?: string;
  readonly kind?: string;
}

const KINDS = Object.keys(KIND_LABELS) as NoticeKind[];

export function parseNoticeSearch({ unread, kind }: NoticeSearch): NoticeFilter {
  return { unread: unread === "true", kind: KINDS.find((known) => known === kind) ?? null };
}

interface NoticeFilterFormProps {
  readonly filter: NoticeFilter;
  readonly onChange: (search: NoticeSearch) => void;
}

export function NoticeFilterForm({ filter, onChange }: NoticeFilterFormProps): ReactElement {
  function change({ unread, kind }: NoticeFilter): void {
    onChange({ ...(unread ? { unread: "true" } : {}), ...(kind === null ? {} : { kind }) });
  }
  return (
    <form
      aria-label="Filter notices"
      onSubmit={(event) => event.preventDefault()}
      className="flex flex-wrap items-end gap-x-5 gap-y-3 print:hidden"
    >
      <SelectField
        label="Kind"
        name="kind"
        className="min-w-0 grow basis-56 sm:max-w-72"
        value={filter.kind ?? ""}
        onChange={(event) =>
          change({ ...filter, kind: KINDS.find((kind) => kind === event.currentTarget.value) ?? null })
        }
      >
        <option value="">Every kind</option>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {KIND_LABELS[kind]}
          </option>
        ))}
      </SelectField>
      <Choice
        label="Only unread"
        className="pb-1.5"
        checked={filter.unread}
        onChange={(event) => change({ ...filter, unread: event.currentTarget.checked })}
      />
    </form>
  );
}
