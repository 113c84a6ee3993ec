// The organization's audit log, newest first. Rule: the filter is in the address, so that people can share a view. The
// server filters, since the browser holds only some pages.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { type ReactElement, useDeferredValue, useState } from "react";
import { auditEventsQuery, auditExportUrl } from "../../api/audit.ts";
import { memberSearchQuery } from "../../api/member.ts";
import type { AuditEvent } from "../../api/types.ts";
import { type AuditSearch, changedSearch } from "../../audit/audit-search.ts";
import { EventList } from "../../audit/event-list.tsx";
import { ORGANIZATION_ACTIONS } from "../../audit/event-text.ts";
import { FilterForm, useAuditFilter } from "../../audit/filter-form.tsx";
import { can } from "../../session/permission.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useSession } from "../../session/use-session.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { SearchChoice } from "../../ui/search-choice.tsx";
import { isolated } from "../../ui/text.ts";
import { Retention } from "./retention.tsx";

const TITLE = "Audit log";
const NO_EVENTS: readonly AuditEvent[] = [];

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
  const filter = useAuditFilter(search);
  const events = useInfiniteQuery(auditEventsQuery(organization.id, filter));
  const actor = search.actor ?? "";

  function change(next: AuditSearch): void {
    void navigate({ to: "/organization/audit", search: next, replace: true, resetScroll: false });
  }

  return (
    <Page
      title={TITLE}
      lead={`All actions in ${isolated(organization.name)}, newest first. Nobody can change the log.`}
      action={can(organization, "audit:export") && <ExportLinks organizationId={organization.id} filter={filter} />}
    >
      <Retention key={organization.id} />
      <FilterForm search={search} actions={ORGANIZATION_ACTIONS} onSearch={change}>
        <PersonField
          organizationId={organization.id}
          value={actor}
          name={nameOf(actor, events.data?.pages.flatMap(({ items }) => items) ?? NO_EVENTS)}
          onChange={(id) => change(changedSearch(search, { actor: id }))}
        />
      </FilterForm>
      <EventList
        query={events}
        scope="organization"
        filtered={Object.keys(search).length > 0}
        empty={<p>Actions such as minting a token or inviting a person will appear here.</p>}
        onSearch={(next) => change(Object.keys(next).length === 0 ? {} : changedSearch(search, next))}
      />
    </Page>
  );
}

/** The name of the actor in the log, which also knows former members. */
function nameOf(id: string, events: readonly AuditEvent[]): string {
  return events.find(({ actor }) => actor.id === id)?.actor.name ?? "";
}

interface ExportLinksProps {
  readonly organizationId: string;
  readonly filter: ReturnType<typeof useAuditFilter>;
}

/** These are links, so that the browser saves the file while the server still reads the log. */
function ExportLinks({ organizationId, filter }: ExportLinksProps): ReactElement {
  return (
    <>
      {(["csv", "ndjson"] as const).map((format) => (
        <a key={format} href={auditExportUrl(organizationId, format, filter)} download className={buttonClass()}>
          <Download aria-hidden="true" />
          {format === "csv" ? "Export CSV" : "Export NDJSON"}
        </a>
      ))}
    </>
  );
}

// Chooses a member by a part of their name or address. Former members are not found here, but their events have a link
// that filters by them.

interface PersonFieldProps {
  readonly organizationId: string;
  /** The chosen id, or empty, and its name if it is known. */
  readonly value: string;
  readonly name: string;
  readonly onChange: (id: string) => void;
}

export function PersonField({ organizationId, value, name, onChange }: PersonFieldProps): ReactElement {
  const [words, setWords] = useState<string | null>(null);
  const members = useQuery({
    ...memberSearchQuery(organizationId, useDeferredValue(words ?? "")),
    enabled: words !== null,
    placeholderData: keepPreviousData,
  });
  return (
    <SearchChoice
      label="Person"
      placeholder="Name or email"
      any="Any person"
      none="No member matches"
      value={value}
      name={name}
      onChange={onChange}
      onLook={setWords}
      found={members.data?.items.map(({ user }) => ({ ...user, note: user.email }))}
    />
  );
}
