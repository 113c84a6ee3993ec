import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarPlus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { calendarFeedQuery, createCalendarFeed, revokeCalendarFeed } from "../../api/notices.ts";
import type { CalendarFeed } from "../../api/types.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmAction, type Confirmation } from "../../ui/confirm-action.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Notice, ProblemNotice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page.tsx";
import { Bar, Loading } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Time } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";

/** A calendar of expiries to subscribe to. Its address is shown once, and lives in this component alone. */
export function CalendarSection(): ReactElement {
  const feed = useQuery(calendarFeedQuery);
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const action = useAction();
  const [url, setUrl] = useState<string | null>(null);
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);

  async function create(): Promise<void> {
    setUrl((await createCalendarFeed()).url);
    await queryClient.invalidateQueries({ queryKey: calendarFeedQuery.queryKey });
    announce("Your calendar has a new address. Copy it now.", { spokenOnly: true });
  }

  function askReplace(): void {
    setConfirmation({
      title: "Give the calendar a new address?",
      confirmLabel: "Make a new address",
      danger: false,
      body: <p>The present address stops working at once. Calendars that use it have to subscribe again.</p>,
      work: create,
    });
  }

  function askEnd(): void {
    setConfirmation({
      title: "End the calendar?",
      confirmLabel: "End calendar",
      body: <p>Its address stops working at once, and calendars that use it show nothing new.</p>,
      work: async () => {
        await revokeCalendarFeed();
        setUrl(null);
        await queryClient.invalidateQueries({ queryKey: calendarFeedQuery.queryKey });
        announce("The calendar has ended.");
      },
    });
  }

  return (
    <Section
      title="Calendar"
      lead="Subscribe to the dates on which your tokens expire, and the API keys that you may see. Names and dates, nothing else."
    >
      <QueryView query={feed} loading={<FeedSkeleton />}>
        {({ feed: present }) => (
          <div className="grid gap-4">
            {action.problem !== null && <ProblemNotice problem={action.problem} />}
            {url !== null && present !== null && <FeedAddress url={url} />}
            {present === null ? (
              <div>
                <Button busy={action.pending} onClick={() => void action.run(create)}>
                  <CalendarPlus aria-hidden="true" />
                  Create calendar
                </Button>
              </div>
            ) : (
              <FeedFacts feed={present} onReplace={askReplace} onEnd={askEnd} />
            )}
          </div>
        )}
      </QueryView>
      <ConfirmAction confirmation={confirmation} onClose={() => setConfirmation(null)} />
    </Section>
  );
}

function FeedAddress({ url }: { readonly url: string }): ReactElement {
  return (
    <Notice tone="good" live="status" title="Copy the address now: it is shown this once">
      <div className="mt-1 grid gap-2.5">
        <p>
          Add it in your calendar program as a subscription by address. Whoever has it can see these names and dates.
        </p>
        <code className="block rounded-control border border-line bg-surface px-2.5 py-2 font-mono text-[0.8125rem] break-all">
          {url}
        </code>
        <div>
          <CopyButton text={url} what="address" size="small" />
        </div>
      </div>
    </Notice>
  );
}

interface FeedFactsProps {
  readonly feed: NonNullable<CalendarFeed["feed"]>;
  readonly onReplace: () => void;
  readonly onEnd: () => void;
}

function FeedFacts({ feed, onReplace, onEnd }: FeedFactsProps): ReactElement {
  return (
    <>
      <p className="text-soft">
        Made <Time at={feed.createdAt} />,{" "}
        {feed.lastReadAt === null ? (
          "not read by a calendar yet"
        ) : (
          <>
            last read by a calendar <Time at={feed.lastReadAt} />
          </>
        )}
        .
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={onReplace}>Make a new address</Button>
        <Button onClick={onEnd}>End calendar</Button>
      </div>
    </>
  );
}

function FeedSkeleton(): ReactElement {
  return (
    <Loading>
      <Bar className="h-9 w-40" />
    </Loading>
  );
}
