// The audit log of the whole instance: accounts, services and all organizations, including deleted ones.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { instanceEventsQuery } from "../../api/admin.ts";
import { type AuditSearch, changedSearch } from "../../audit/audit-search.ts";
import { EventList } from "../../audit/event-list.tsx";
import { INSTANCE_ACTIONS } from "../../audit/event-text.ts";
import { FilterForm, useAuditFilter } from "../../audit/filter-form.tsx";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { Page } from "../../ui/page.tsx";
import { OrganizationField, PersonField, usePersonName } from "./list-filters.tsx";

const TITLE = "Instance audit log";

export function InstanceAuditPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <InstanceAudit />
    </RequireInstanceAdmin>
  );
}

function InstanceAudit(): ReactElement {
  const search = useSearch({ from: "/shell/admin/audit" });
  const navigate = useNavigate();
  const events = useInfiniteQuery(instanceEventsQuery(useAuditFilter(search)));
  const name = usePersonName(search.actor ?? "");
  const person = search.actor === undefined ? null : name;
  function change(next: AuditSearch): void {
    void navigate({ to: "/admin/audit", search: next, replace: true, resetScroll: false });
  }
  return (
    <Page
      title={TITLE}
      lead="All actions on this server, newest first: accounts, services and all organizations, including deleted ones. Nobody can change the log."
    >
      <FilterForm search={search} actions={INSTANCE_ACTIONS} onSearch={change}>
        <PersonField value={search.actor ?? ""} onChange={(actor) => change(changedSearch(search, { actor }))} />
        <OrganizationField
          value={search.organization ?? ""}
          onChange={(organization) => change(changedSearch(search, { organization }))}
        />
      </FilterForm>
      <EventList
        query={events}
        scope="instance"
        filtered={Object.keys(search).length > 0}
        person={person}
        empty={<p>Every action on this server will appear here.</p>}
        onSearch={(next) => change(Object.keys(next).length === 0 ? {} : changedSearch(search, next))}
      />
    </Page>
  );
}
