import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarPlus } from "lucide-react";
import { type ReactElement, useState } from "react";
import {
  calendarFeedQuery,
  createCalendarFeed,
  noticePreferencesQuery,
  revokeCalendarFeed,
  setNoticePreferences,
} from "../../api/notice.ts";
import type { CalendarFeed, NoticeKind, NoticePreferences } from "../../api/types.ts";
import { useInstance } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Callout, ProblemCallout } from "../../ui/callout.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { useConfirmedAction } from "../../ui/dialog.tsx";
import { Choice } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Section } from "../../ui/page.tsx";
import { Bar, Loading, LoadingRows } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Time } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";
import { KIND_HINTS, KIND_LABELS } from "./notice-text.ts";

export function PreferencesSection(): ReactElement {
  const preferences = useQuery(noticePreferencesQuery);
  // As tall as the form: without email, a callout stands above it.
  const rows = useInstance().mail ? 7 : 8;
  return (
    <Section title="By email" lead="This page shows every notice. Choose which of them you also get by email.">
      <QueryView query={preferences} loading={<LoadingRows rows={rows} />}>
        {(loaded) => <PreferencesForm preferences={loaded} />}
      </QueryView>
    </Section>
  );
}

function PreferencesForm({ preferences }: { readonly preferences: NoticePreferences }): ReactElement {
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  return (
    <div className="grid gap-4">
      {!preferences.mailReaches && <WhyNoMail />}
      <Form
        action={action}
        label="Notices by mail"
        onSubmit={async (values) => {
          const mail = Object.fromEntries(
            preferences.kinds.map(({ kind, optional }) => [kind, !optional || values.checked(kind)]),
          ) as Record<NoticeKind, boolean>;
          queryClient.setQueryData(noticePreferencesQuery.queryKey, await setNoticePreferences(mail));
          announce("Your choice is saved.");
        }}
      >
        <div className="grid gap-1.5">
          {preferences.kinds.map(({ kind, mail, optional }) => (
            <Choice
              key={kind}
              name={kind}
              label={KIND_LABELS[kind]}
              hint={KIND_HINTS[kind]}
              defaultChecked={mail}
              disabled={!optional}
            />
          ))}
        </div>
        <div>
          <Button type="submit" busy={action.pending}>
            Save
          </Button>
        </div>
      </Form>
    </div>
  );
}

function WhyNoMail(): ReactElement {
  return !useInstance().mail ? (
    <Callout title="This instance sends no email">Your choice applies after email is set up.</Callout>
  ) : (
    <Callout tone="warning" title="Your email address is not confirmed">
      Notices are emailed only to a confirmed address. Confirm yours on your profile.
    </Callout>
  );
}

export function CalendarSection(): ReactElement {
  const feed = useQuery(calendarFeedQuery);
  const action = useAction();
  const { url, create, askReplace, askEnd, dialog } = useCalendarFeed();
  return (
    <Section
      title="Calendar"
      lead="Subscribe to the dates on which your tokens end, and the API keys that you may see. It holds only names and dates."
    >
      <QueryView query={feed} loading={<FeedSkeleton />}>
        {({ feed: present }) => (
          <div className="grid gap-4">
            {action.problem !== null && <ProblemCallout problem={action.problem} />}
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
      {dialog}
    </Section>
  );
}

interface CalendarFeedActions {
  /** The new address, while it is shown. */
  readonly url: string | null;
  readonly create: () => Promise<void>;
  readonly askReplace: () => void;
  readonly askEnd: () => void;
  readonly dialog: ReactElement;
}

/** Makes, replaces and ends the calendar feed of expiries. Its address is shown once, and only this state holds it. */
function useCalendarFeed(): CalendarFeedActions {
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const [url, setUrl] = useState<string | null>(null);
  const { ask, dialog } = useConfirmedAction();

  async function create(): Promise<void> {
    setUrl((await createCalendarFeed()).url);
    await queryClient.invalidateQueries({ queryKey: calendarFeedQuery.queryKey });
    announce("Your calendar has a new address. Copy it now.", { spokenOnly: true });
  }

  function askReplace(): void {
    ask({
      title: "Give the calendar a new address?",
      confirmLabel: "Make a new address",
      danger: false,
      body: <p>The current address stops working at once. Calendars that use it have to subscribe again.</p>,
      work: create,
    });
  }

  function askEnd(): void {
    ask({
      title: "End the calendar?",
      confirmLabel: "End calendar",
      body: <p>Its address stops working at once. Calendars that use it no longer update.</p>,
      work: async () => {
        await revokeCalendarFeed();
        setUrl(null);
        await queryClient.invalidateQueries({ queryKey: calendarFeedQuery.queryKey });
        announce("The calendar has ended.");
      },
    });
  }

  return { url, create, askReplace, askEnd, dialog };
}

function FeedAddress({ url }: { readonly url: string }): ReactElement {
  return (
    <Callout tone="good" live="status" title="Copy the address now. It is shown only once">
      <div className="mt-1 grid gap-2.5">
        <p>Subscribe to this address in your calendar program. Anyone who has it can see these names and dates.</p>
        <code className="block rounded-control border border-line bg-surface px-2.5 py-2 font-mono text-[0.8125rem] break-all">
          {url}
        </code>
        <div>
          <CopyButton text={url} what="address" size="small" />
        </div>
      </div>
    </Callout>
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
          "no calendar has read it yet"
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
