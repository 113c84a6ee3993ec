// What happened to one's tokens, and what is about to. Rule: a notice is read when its reader says so or follows it,
// not because a page was open. Deliberately absent: notices of others, which the audit log tells of.
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CheckCheck } from "lucide-react";
import type { ReactElement } from "react";
import {
  dismissNotice,
  NOTICES_KEY,
  noticesQuery,
  readAllNotices,
  readNotice,
  unreadNoticesQuery,
} from "../../api/notices.ts";
import { toProblem } from "../../api/problem.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { useAction } from "../../ui/use-action.ts";
import { CalendarSection } from "./calendar-section.tsx";
import { NoticeFilterForm, parseNoticeSearch } from "./notice-filter.tsx";
import { NoticeList } from "./notice-list.tsx";
import { PreferencesSection } from "./preferences-section.tsx";

export function NoticesPage(): ReactElement {
  const search = useSearch({ from: "/shell/settings/notices" });
  const filter = parseNoticeSearch(search);
  const navigate = useNavigate();
  const notices = useInfiniteQuery(noticesQuery(filter));
  const unread = useQuery(unreadNoticesQuery).data ?? 0;
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const readingAll = useAction();

  /** Changes one notice and reads the list again; a failure is told, and the list shows what is true. */
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
      lead="What happened to your tokens, and which of them end soon. Notices are kept for a year."
      action={
        unread > 0 && (
          <Button busy={readingAll.pending} onClick={() => void readingAll.run(readAll)}>
            <CheckCheck aria-hidden="true" />
            Mark all as read
          </Button>
        )
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
      <PreferencesSection />
      <CalendarSection />
    </Page>
  );
}
