import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { Building } from "lucide-react";
import { type ReactElement, useDeferredValue } from "react";
import { adminOrganizationsQuery } from "../../api/admin.ts";
import type { AdminOrganization } from "../../api/types.ts";
import { HostLink, useDirectoryHost } from "../../session/host.tsx";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { PagedList } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { counted } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { organizationFilterOf, type OrganizationSearch } from "./admin-search.ts";
import { SearchField, useListFilters } from "./list-filters.tsx";

const TITLE = "Organizations";

export function OrganizationsPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <Organizations />
    </RequireInstanceAdmin>
  );
}

function Organizations(): ReactElement {
  const search = useSearch({ from: "/shell/admin/organizations" });
  const { change, clear, typedKey } = useListFilters("/admin/organizations", search);
  const filter = useDeferredValue(organizationFilterOf(search));
  const organizations = useInfiniteQuery({ ...adminOrganizationsQuery(filter), placeholderData: keepPreviousData });
  return (
    <Page
      title={TITLE}
      lead="All organizations of this server. You see how many members, tokens and keys they have. Only their members see more."
    >
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-[minmax(0,1fr)_12rem_14rem]">
        <SearchField
          key={typedKey}
          label="Search organizations"
          placeholder="Name or id"
          value={search.query ?? ""}
          onChange={(query) => change({ query })}
        />
        <SelectField
          label="Kind"
          value={search.kind ?? ""}
          onChange={(event) => change({ kind: event.currentTarget.value })}
        >
          <option value="">Shared</option>
          <option value="personal">Personal</option>
          <option value="all">Both</option>
        </SelectField>
        <SelectField
          label="Show"
          value={search.show ?? ""}
          onChange={(event) => change({ show: event.currentTarget.value })}
        >
          <option value="">Not deleted</option>
          <option value="ownerless">Without an active owner</option>
          <option value="deleted">Deleted</option>
          <option value="all">All</option>
        </SelectField>
      </div>
      <PagedList query={organizations} more="Show more organizations" empty={<Nothing search={search} onAll={clear} />}>
        {(items) => (
          <Rows label="Organizations">
            {items.map((organization) => (
              <OrganizationRow key={organization.id} organization={organization} />
            ))}
          </Rows>
        )}
      </PagedList>
    </Page>
  );
}

interface NothingProps {
  readonly search: OrganizationSearch;
  readonly onAll: () => void;
}

function Nothing({ search, onAll }: NothingProps): ReactElement {
  const host = useDirectoryHost();
  if (Object.keys(search).length === 0) {
    return (
      <EmptyState icon={<Building />} title="No shared organization yet">
        {host === null ? (
          <p>People create one in the menu at the top left. Personal organizations are listed under “Personal”.</p>
        ) : (
          <p>
            <HostLink host={host} /> creates them here with its management key.
          </p>
        )}
      </EmptyState>
    );
  }
  if (search.show === "ownerless" && !search.query) {
    return (
      <EmptyState
        icon={<Building />}
        title="Every organization has an active owner"
        action={<Button onClick={onAll}>Show all</Button>}
      >
        <p>An organization without one will appear here, and you can appoint a new owner.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Building />}
      title="No organization matches"
      action={<Button onClick={onAll}>Show all</Button>}
    />
  );
}

function OrganizationRow({ organization }: { readonly organization: AdminOrganization }): ReactElement {
  const { id, name, memberCount, tokenCount, apiKeyCount } = organization;
  return (
    <Row
      title={
        <Link
          to="/admin/organizations/$organizationId"
          params={{ organizationId: id }}
          className="rounded-control hover:text-mint hover:underline"
        >
          {name}
        </Link>
      }
      muted={organization.deletedAt !== null}
      badges={<OrganizationBadges organization={organization} />}
      note={[counted(memberCount, "member"), counted(tokenCount, "live token"), counted(apiKeyCount, "API key")].join(
        " · ",
      )}
      facts={
        <>
          Since <Time at={organization.createdAt} as="date" />
        </>
      }
    />
  );
}

export function OrganizationBadges({ organization }: { readonly organization: AdminOrganization }): ReactElement {
  return (
    <>
      {organization.personal && <Badge>Personal</Badge>}
      {organization.deletedAt && <Badge>Deleted</Badge>}
      {isOwnerless(organization) && <Badge tone="danger">No active owner</Badge>}
    </>
  );
}

/** Whether the organization has no active owner, so that an instance admin should appoint one. */
export function isOwnerless({ deletedAt, personal, activeOwnerCount }: AdminOrganization): boolean {
  return deletedAt === null && !personal && activeOwnerCount === 0;
}
