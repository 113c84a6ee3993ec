// The state of mail: what waits for the mail server, what it did not accept and why, and a test email. Deliberately absent:
// the text of any email.
import {
  type InfiniteData,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { MailCheck, Send } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";
import { failedEmailsQuery, MAIL, mailStateQuery, sendTestEmail, testEmailQuery } from "../../api/mail.ts";
import type { FailedEmail, MailState, TestEmail } from "../../api/types.ts";
import { Stat, Stats } from "../../chart/stat.tsx";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { useSession } from "../../session/use-session.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Callout, ProblemCallout } from "../../ui/callout.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { PagedList, QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { count } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { type Action, useAction } from "../../ui/use-action.ts";
import { emailKind, testOutcome } from "./mail-text.ts";

const TITLE = "Mail";
const EVERY_MS = 10_000;
const TEST_EVERY_MS = 1_000;

export function MailPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <Mail />
    </RequireInstanceAdmin>
  );
}

function Mail(): ReactElement {
  const state = useQuery({ ...mailStateQuery, refetchInterval: EVERY_MS });
  const failures = useInfiniteQuery({ ...failedEmailsQuery, refetchInterval: EVERY_MS });
  const [test, setTest] = useState<TestEmail | null>(null);
  const action = useAction();
  const hasFailed = failures.data?.pages.some(({ items }) => items.length > 0) === true;
  return (
    <Page
      title={TITLE}
      lead="Every email waits in the database until the mail server has accepted it. Emails that it refuses temporarily are tried again."
      action={state.data?.enabled === true && <TestButton action={action} onSent={setTest} />}
    >
      {action.problem && <ProblemCallout problem={action.problem} />}
      {test && <TestResult key={test.id} sent={test} />}
      <QueryView query={state}>{(data) => (data.enabled ? <Waiting state={data} /> : <MailOff />)}</QueryView>
      {(state.data?.enabled !== false || hasFailed) && <Failures query={failures} />}
    </Page>
  );
}

interface FailuresProps {
  readonly query: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly FailedEmail[] }>>;
}

function Failures({ query }: FailuresProps): ReactElement {
  return (
    <section aria-labelledby="failures-heading" className="grid gap-3">
      <h2 id="failures-heading" className="text-[0.9375rem] font-semibold">
        Failures
      </h2>
      <PagedList
        query={query}
        more="Show older failures"
        empty={
          <EmptyState icon={<MailCheck />} title="No failures">
            <p>An email that the mail server does not accept is listed here, with the reason.</p>
          </EmptyState>
        }
      >
        {(items) => (
          <Rows label="Failures">
            {items.map((email) => (
              <FailureRow key={email.id} email={email} />
            ))}
          </Rows>
        )}
      </PagedList>
    </section>
  );
}

function MailOff(): ReactElement {
  return (
    <Callout title="This instance sends no email">
      No mail server is configured. The operator sets one with MINTMARK_SMTP_URL and MINTMARK_MAIL_FROM.
    </Callout>
  );
}

function Waiting({ state }: { readonly state: MailState }): ReactElement {
  const { waiting } = state;
  const total = waiting.reduce((sum, one) => sum + one.count, 0);
  const oldest = waiting.map(({ since }) => since).toSorted()[0];
  return (
    <Stats>
      <Stat
        term="Waiting"
        note={waiting.map((one) => `${emailKind(one.kind)}: ${count(one.count)}`).join(", ") || "nothing"}
      >
        {count(total)}
      </Stat>
      <Stat term="Oldest" note="of those that wait">
        {oldest === undefined ? "–" : <Time at={oldest} />}
      </Stat>
    </Stats>
  );
}

function TestButton({
  action,
  onSent,
}: {
  readonly action: Action;
  readonly onSent: (test: TestEmail) => void;
}): ReactElement {
  const queryClient = useQueryClient();
  function send(): void {
    void action.run(async () => {
      onSent(await sendTestEmail());
      await queryClient.invalidateQueries({ queryKey: MAIL });
    });
  }
  return (
    <Button kind="primary" busy={action.pending} onClick={send}>
      <Send aria-hidden="true" />
      Send a test email
    </Button>
  );
}

/** Follows the test email until the mail server has accepted or refused it. */
function TestResult({ sent }: { readonly sent: TestEmail }): ReactElement {
  const { user } = useSession();
  const queryClient = useQueryClient();
  const test = useQuery({
    ...testEmailQuery(sent.id),
    initialData: sent,
    refetchInterval: ({ state: { data } }) => (isOpen(data ?? sent) ? TEST_EVERY_MS : false),
  });
  const isDone = !isOpen(test.data);
  useEffect(() => {
    if (isDone) void queryClient.invalidateQueries({ queryKey: MAIL });
  }, [isDone, queryClient]);
  const { tone, title, text } = testOutcome(test.data, user.email);
  return (
    <Callout tone={tone} title={title} live="status">
      {text}
    </Callout>
  );
}

function isOpen({ delivery, cause }: TestEmail): boolean {
  return delivery === "queued" && cause === null;
}

function FailureRow({ email }: { readonly email: FailedEmail }): ReactElement {
  const { kind, recipient, cause, failedAt, attempts, nextAttemptAt } = email;
  return (
    <Row
      title={recipient ?? "A deleted account"}
      badges={
        <>
          <Badge>{emailKind(kind)}</Badge>
          {nextAttemptAt === null && <Badge tone="warning">Given up</Badge>}
        </>
      }
      note={<span className="font-mono wrap-anywhere">{cause}</span>}
      facts={
        <>
          <p>
            Failed <Time at={failedAt} />
            {attempts > 1 && `, after ${count(attempts)} attempts`}
          </p>
          {nextAttemptAt !== null && (
            <p>
              Next attempt <Time at={nextAttemptAt} />
            </p>
          )}
        </>
      }
    />
  );
}
