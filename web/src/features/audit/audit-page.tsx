// The organization's audit log, newest first. Rule: the filter is in the address, so that people can share a view. The
// server filters, since the browser holds only some pages.
import { readableAddress } from "@mintmark/core";
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { type ReactElement, useDeferredValue, useState } from "react";
import { auditEventsQuery, auditExportUrl } from "../../api/audit.ts";
import { memberSearchQuery } from "../../api/member.ts";
import type { AuditEvent, Member } from "../../api/types.ts";
import { type AuditSearch, changedSearch } from "../../audit/audit-search.ts";
import { EventList } from "../../audit/event-list.tsx";
import { ORGANIZATION_ACTIONS } from "../../audit/event-text.ts";
import { FilterForm, useAuditFilter } from "../../audit/filter-form.tsx";
import { can } from "../../session/permission.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useOrganization } from "../../session/use-session.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { SearchChoice } from "../../ui/search-choice.tsx";
import type { Found } from "../../ui/search-match.ts";
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
  const organization = useOrganization();
  const search = useSearch({ from: "/shell/organization/audit" });
  const navigate = useNavigate();
  const filter = useAuditFilter(search);
  const events = useInfiniteQuery(auditEventsQuery(organization.id, filter));
  const actor = search.actor ?? "";
  const name = useActorName(organization.id, actor, events.data?.pages.flatMap(({ items }) => items) ?? NO_EVENTS);

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
          name={name}
          onChange={(id) => change(changedSearch(search, { actor: id }))}
        />
      </FilterForm>
      <EventList
        query={events}
        scope="organization"
        filtered={Object.keys(search).length > 0}
        person={actor === "" || name === SOMEONE ? null : name}
        empty={<p>Actions such as minting a token or inviting a person will appear here.</p>}
        onSearch={(next) => change(Object.keys(next).length === 0 ? {} : changedSearch(search, next))}
      />
    </Page>
  );
}

/**
 * The name of the actor: from the shown events, the list of members, or the whole log, which also knows former members.
 * `null` while it loads.
 */
function useActorName(organizationId: string, id: string, events: readonly AuditEvent[]): string | null {
  const shown = nameIn(events, id);
  const isUnknown = id !== "" && shown === null;
  const member = useQuery({ ...memberSearchQuery(organizationId, id), enabled: isUnknown });
  const log = useInfiniteQuery({ ...auditEventsQuery(organizationId, { actor: id }), enabled: isUnknown });
  if (shown !== null) return shown;
  const listed = member.data?.items.find(({ user }) => user.id === id)?.user.name;
  if (listed !== undefined) return listed;
  if (member.isPending || log.isPending) return null;
  return nameIn(log.data?.pages.flatMap(({ items }) => items) ?? NO_EVENTS, id) ?? SOMEONE;
}

const SOMEONE = "Unknown person";

function nameIn(events: readonly AuditEvent[], id: string): string | null {
  return events.find(({ actor }) => actor.id === id)?.actor.name ?? null;
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
  /** The chosen id, or empty. */
  readonly value: string;
  /** `null` while it loads. */
  readonly name: string | null;
  readonly onChange: (id: string) => void;
}

export function PersonField({ organizationId, value, name, onChange }: PersonFieldProps): ReactElement {
  const [words, setWords] = useState<string | null>(null);
  const queryClient = useQueryClient();
  const searched = useDeferredValue(words ?? "");
  const members = useQuery({
    ...memberSearchQuery(organizationId, searched),
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
      lookUp={async (typed) => foundIn(await queryClient.fetchQuery(memberSearchQuery(organizationId, typed)))}
      found={members.data && foundIn(members.data)}
      isCurrent={searched === (words ?? "") && members.isFetched && !members.isPlaceholderData}
    />
  );
}

function foundIn({ items }: { readonly items: readonly Member[] }): Found[] {
  return items.map(({ user: { id, name, email } }) => ({ id, name, note: readableAddress(email) }));
}
