// The receipt of a removal, a departure or a suspension. Rule: the server makes it from the audit log, so its address
// always works. When printed, it has no frame.
import { Fact, Facts } from "../../ui/facts.tsx";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Download, Printer } from "lucide-react";
import type { ReactElement } from "react";
import { offboardingReceiptQuery } from "../../api/member.ts";
import type { Offboarding } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useOrganization } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton, saveText } from "../../ui/copy-button.tsx";
import { BackLink, Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { isolated } from "../../ui/text.ts";
import { formatDateTime } from "../../ui/time.ts";
import { countOf, receiptFileName, receiptTitle } from "./member-text.ts";

export function OffboardingReceiptPage(): ReactElement {
  const organization = useOrganization();
  // People who may remove members see the receipts. Other people need the permission for the audit log.
  if (can(organization, "members:write")) return <ReceiptView />;
  return (
    <RequirePermission permission="audit:read" title="Receipt">
      <ReceiptView />
    </RequirePermission>
  );
}

function ReceiptView(): ReactElement {
  const organization = useOrganization();
  const { eventId } = useParams({ from: "/shell/organization/members/receipts/$eventId" });
  const query = useQuery({
    ...offboardingReceiptQuery(organization.id, eventId),
    // Poll until the receipt is complete.
    refetchInterval: ({ state }) => (state.data?.complete === false ? 1_000 : false),
  });
  return (
    <Page
      title={query.data ? receiptTitle(query.data) : "Receipt"}
      lead={`Receipt of ${isolated(organization.name)}. All of this was in force everywhere when the server confirmed it.`}
      before={<BackLink to="/organization/members">Members</BackLink>}
      action={query.data && <ReceiptActions offboarding={query.data} />}
    >
      <QueryView query={query}>{(offboarding) => <Receipt offboarding={offboarding} />}</QueryView>
    </Page>
  );
}

function ReceiptActions({ offboarding }: { readonly offboarding: Offboarding }): ReactElement {
  return (
    <>
      <Button
        onClick={() =>
          saveText(receiptFileName(offboarding), "application/json", `${JSON.stringify(offboarding, null, 2)}\n`)
        }
      >
        <Download aria-hidden="true" />
        Download JSON
      </Button>
      <Button onClick={() => window.print()}>
        <Printer aria-hidden="true" />
        Print
      </Button>
    </>
  );
}

export function Receipt({ offboarding }: { readonly offboarding: Offboarding }): ReactElement {
  const {
    tokens,
    tokenCount,
    complete,
    apiKeys,
    invitations,
    apiKeysLeft,
    pausedTokens,
    pausedInvitations,
    movedSessions,
    action,
    member,
  } = offboarding;
  return (
    <div className="grid gap-8">
      <ReceiptFacts offboarding={offboarding} />
      <EndedList title={`${countOf(tokenCount, "token")} revoked`} items={tokens} />
      {tokens.length < tokenCount && (
        <output className="text-soft">
          {complete
            ? `The first ${tokens.length} are listed. The audit log has an event for each.`
            : tokens.length === 0
              ? "None of them works any more. Their events follow within seconds."
              : `None of them works any more. ${tokens.length} are on record so far; the others follow within seconds.`}
        </output>
      )}
      {action === "member.suspended" && pausedTokens > 0 && (
        <p>
          {countOf(pausedTokens, "token")} {pausedTokens === 1 ? "is" : "are"} paused until the member is reinstated.
        </p>
      )}
      <EndedList title={`${countOf(apiKeys.length, "API key")} revoked`} items={apiKeys} />
      {pausedInvitations > 0 && (
        <p>{countOf(pausedInvitations, "invitation")} cannot be accepted until the member is reinstated.</p>
      )}
      {(action !== "member.suspended" || invitations.length > 0) && (
        <EndedList
          title={`${countOf(invitations.length, "invitation")} withdrawn`}
          items={invitations.map(({ email, ...rest }) => ({ ...rest, name: email, prefix: null }))}
        />
      )}
      <ApiKeysLeft apiKeysLeft={apiKeysLeft} memberName={member.user.name} />
      {movedSessions > 0 && (
        <p className="text-soft">
          {countOf(movedSessions, "browser session")} moved to the personal organization of{" "}
          <bdi>{member.user.name}</bdi>.
        </p>
      )}
    </div>
  );
}

interface ApiKeysLeftProps extends Pick<Offboarding, "apiKeysLeft"> {
  readonly memberName: string;
}

function ApiKeysLeft({ apiKeysLeft, memberName }: ApiKeysLeftProps): ReactElement {
  return (
    <section className="grid gap-2">
      <h2 className="text-[0.9375rem] font-semibold first-letter:uppercase">
        {countOf(apiKeysLeft.count, "API key")} left working
      </h2>
      <p className="text-soft">
        {apiKeysLeft.countOfMember === 0
          ? `None of them was made by ${isolated(memberName)}.`
          : `${apiKeysLeft.countOfMember} of them made by ${isolated(memberName)}, who may hold the secret:`}
      </p>
      {apiKeysLeft.ofMember.length > 0 && (
        <ul className="grid list-disc gap-1 pl-5">
          {apiKeysLeft.ofMember.map(({ id, name, prefix }) => (
            <li key={id} className="wrap-anywhere">
              <bdi>{name}</bdi> <span className="font-mono text-[0.8125rem] text-soft">{prefix}…</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function ReceiptFacts({ offboarding }: { readonly offboarding: Offboarding }): ReactElement {
  const { member, by, via, at, auditEventId } = offboarding;
  const organization = useOrganization();
  return (
    <Facts look="panel">
      <Fact term="Member">
        <bdi>{member.user.name}</bdi>, {member.role}
        <Identifier>{member.user.id}</Identifier>
      </Fact>
      <Fact term="By">
        <bdi>{by.name}</bdi>
        {via !== null && (
          <>
            {" "}
            through <bdi>{via.name}</bdi>
          </>
        )}
        <Identifier>{by.id}</Identifier>
      </Fact>
      <Fact term="When">
        <time dateTime={at}>{formatDateTime(at)}</time>
        <Identifier>{at}</Identifier>
      </Fact>
      <Fact term="Audit event">
        <Identifier>{auditEventId}</Identifier>
        <span className="mt-1 flex flex-wrap gap-2 print:hidden">
          <CopyButton text={auditEventId} what="audit event id" size="small" />
          {can(organization, "audit:read") && (
            <Link
              to="/organization/audit"
              search={{ actor: by.id, from: localDay(at), to: localDay(at) }}
              className="self-center text-[0.8125rem] text-mint underline underline-offset-2"
            >
              Their actions that day, in the audit log
            </Link>
          )}
        </span>
      </Fact>
    </Facts>
  );
}

interface EndedItem {
  readonly id: string;
  readonly name: string;
  readonly prefix: string | null;
  readonly auditEventId: string;
}

function EndedList({ title, items }: { readonly title: string; readonly items: readonly EndedItem[] }): ReactElement {
  return (
    <section className="grid gap-2">
      <h2 className="text-[0.9375rem] font-semibold first-letter:uppercase">{title}</h2>
      {items.length > 0 && (
        <ul className="divide-y divide-line rounded-panel border border-line bg-surface">
          {items.map(({ id, name, prefix, auditEventId }) => (
            <li key={id} className="grid gap-x-6 gap-y-0.5 px-4 py-2.5 sm:grid-cols-2">
              <div className="min-w-0">
                <bdi className="font-medium wrap-anywhere">{name}</bdi>
                {prefix !== null && <span className="font-mono text-[0.8125rem] text-soft"> {prefix}…</span>}
              </div>
              <div className="min-w-0 sm:text-right">
                <Identifier>{id}</Identifier>
                <Identifier>{auditEventId}</Identifier>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The day in the time zone of the reader, by which the audit log is filtered. */
function localDay(at: string): string {
  const date = new Date(at);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function Identifier({ children }: { readonly children: string }): ReactElement {
  return <span className="block font-mono text-[0.75rem] break-all text-soft">{children}</span>;
}
