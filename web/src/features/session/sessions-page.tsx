// The browsers in which the person is signed in. Rule: the name that a browser sends is only a hint to recognize it.
// Deliberately absent: tokens, which have their own page. The current session ends by signing out.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Monitor, Smartphone } from "lucide-react";
import { type ReactElement } from "react";
import { browserSessionsQuery, endOtherSessions, endSession } from "../../api/session.ts";
import type { BrowserSession } from "../../api/types.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { useConfirmedAction } from "../../ui/dialog.tsx";
import { Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { describeUserAgent } from "../../ui/user-agent.ts";

export function SessionsPage(): ReactElement {
  const sessions = useQuery(browserSessionsQuery);
  const { askEndOne, askEndOthers, dialog } = useSessionQuestions();
  const others = (sessions.data?.items ?? []).filter(({ current }) => !current).length;
  return (
    <Page
      title="Sessions"
      lead="Browsers that are signed in as you. End any you do not recognize, and then change your password."
      action={others > 0 && <Button onClick={askEndOthers}>End all other sessions</Button>}
    >
      <QueryView query={sessions}>
        {({ items }) => (
          <Rows label="Sessions">
            {items.toSorted(currentFirst).map((session) => (
              <SessionRow key={session.id} session={session} onEnd={() => askEndOne(session)} />
            ))}
          </Rows>
        )}
      </QueryView>
      {dialog}
    </Page>
  );
}

interface SessionQuestions {
  readonly askEndOne: (session: BrowserSession) => void;
  readonly askEndOthers: () => void;
  readonly dialog: ReactElement;
}

function useSessionQuestions(): SessionQuestions {
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const { ask, dialog } = useConfirmedAction();

  async function done(message: string): Promise<void> {
    await queryClient.invalidateQueries({ queryKey: browserSessionsQuery.queryKey });
    announce(message);
  }

  function askEndOne(session: BrowserSession): void {
    const { name } = describeUserAgent(session.userAgent);
    ask({
      title: "End this session?",
      confirmLabel: "End session",
      body: (
        <p>
          {name}, last seen <Time at={session.lastSeenAt} />
          {session.ip && <> from {session.ip}</>}. The person who uses it has to sign in again. Tokens are not affected.
        </p>
      ),
      work: async () => {
        await endSession(session.id);
        await done("The session has ended.");
      },
    });
  }

  function askEndOthers(): void {
    ask({
      title: "End all other sessions?",
      confirmLabel: "End other sessions",
      body: <p>Every browser but this one has to sign in again. Tokens are not affected.</p>,
      work: async () => {
        const { endedSessions } = await endOtherSessions();
        await done(endedSessions === 1 ? "One session has ended." : `${endedSessions} sessions have ended.`);
      },
    });
  }

  return { askEndOne, askEndOthers, dialog };
}

/** Puts the current browser first. The others keep the server's order. */
function currentFirst(one: BrowserSession, other: BrowserSession): number {
  return Number(other.current) - Number(one.current);
}

function SessionRow({
  session,
  onEnd,
}: {
  readonly session: BrowserSession;
  readonly onEnd: () => void;
}): ReactElement {
  const device = describeUserAgent(session.userAgent);
  return (
    <Row
      icon={device.mobile ? <Smartphone /> : <Monitor />}
      title={device.name}
      badges={session.current && <Badge tone="good">This browser</Badge>}
      note={
        <>
          {session.ip ?? "Unknown address"}
          {session.organization !== null && (
            <>
              {" "}
              · acting in <bdi>{session.organization.name}</bdi>
            </>
          )}
        </>
      }
      facts={
        <>
          <p>
            Last seen <Time at={session.lastSeenAt} />
          </p>
          <p>
            Signed in <Time at={session.createdAt} as="date" />
          </p>
        </>
      }
      action={
        !session.current && (
          <Button size="small" aria-label={`End session: ${device.name}`} onClick={onEnd}>
            End
          </Button>
        )
      }
    />
  );
}
