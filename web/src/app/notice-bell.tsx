// The bell in the header with the number of unread notices. It updates every 90 seconds and when the window gets the
// focus.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell } from "lucide-react";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { unreadNoticesQuery } from "../api/notice.ts";
import { buttonClass } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";

/** The server stops counting here. */
const MANY = 100;

export function NoticeBell(): ReactElement {
  const { data: unread } = useQuery(unreadNoticesQuery);
  const count = unread === undefined || unread === 0 ? null : unread >= MANY ? `${MANY - 1}+` : String(unread);
  const label = count === null ? "Notices" : `Notices: ${count} unread`;
  return (
    <>
      <Link
        to="/settings/notices"
        aria-label={label}
        title={label}
        className={classNames(buttonClass("quiet"), "relative size-9 px-0")}
      >
        <Bell aria-hidden="true" />
        {count !== null && (
          <span
            aria-hidden="true"
            className="tabular absolute top-0.5 right-0 min-w-4 rounded-full bg-mint px-1 text-center text-[0.625rem] leading-4 font-semibold text-on-mint forced-colors:border"
          >
            {count}
          </span>
        )}
      </Link>
      <output aria-live="polite" className="sr-only">
        {useNews(unread)}
      </output>
    </>
  );
}

/** Announces notices that arrive while the page is open. */
function useNews(unread: number | undefined): string {
  const before = useRef<number | undefined>(undefined);
  const [news, setNews] = useState("");
  useEffect(() => {
    if (unread === undefined) return;
    const more = before.current === undefined ? 0 : unread - before.current;
    before.current = unread;
    if (more > 0) setNews(more === 1 ? "There is a new notice." : `There are ${more} new notices.`);
    else setNews("");
  }, [unread]);
  return news;
}
