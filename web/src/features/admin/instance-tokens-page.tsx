// All personal access tokens of the instance. Rule: only metadata, never a secret. A revocation here is recorded as an
// instance admin's, and the holder is notified.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Fingerprint } from "lucide-react";
import { type ReactElement, useDeferredValue } from "react";
import { adminTokensQuery } from "../../api/admin.ts";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { PagedList } from "../../ui/query-view.tsx";
import { tokenFilterOf, type TokenSearch } from "./admin-search.ts";
import { InstanceTokenList } from "./instance-token-list.tsx";
import { OrganizationField, PersonField, SearchField, useListFilters } from "./list-filters.tsx";

const TITLE = "Tokens";

export function InstanceTokensPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <InstanceTokens />
    </RequireInstanceAdmin>
  );
}

function InstanceTokens(): ReactElement {
  const search = useSearch({ from: "/shell/admin/tokens" });
  const filters = useListFilters("/admin/tokens", search);
  const { clear, isFiltered } = filters;
  const filter = useDeferredValue(tokenFilterOf(search));
  const tokens = useInfiniteQuery({ ...adminTokensQuery(filter), placeholderData: keepPreviousData });
  return (
    <Page
      title={TITLE}
      lead="All personal access tokens in all organizations, newest first. You see their names and where they were used, never their secrets."
    >
      <TokenFilters search={search} filters={filters} />
      <PagedList
        query={tokens}
        more="Look further"
        empty={
          isFiltered ? (
            <EmptyState
              icon={<Fingerprint />}
              title="No token matches"
              action={<Button onClick={clear}>Show all tokens</Button>}
            />
          ) : (
            <EmptyState icon={<Fingerprint />} title="No tokens yet">
              <p>Every token that a person mints on this server will appear here.</p>
            </EmptyState>
          )
        }
      >
        {(items) => <InstanceTokenList key={JSON.stringify(filter)} tokens={items} />}
      </PagedList>
    </Page>
  );
}

interface TokenFiltersProps {
  readonly search: TokenSearch;
  readonly filters: ReturnType<typeof useListFilters<keyof TokenSearch>>;
}

function TokenFilters({ search, filters }: TokenFiltersProps): ReactElement {
  const { change, clear, isFiltered, typedKey } = filters;
  return (
    <div className="grid grid-cols-2 items-end gap-3 lg:grid-cols-3">
      <div className="col-span-2 sm:col-span-1">
        <SearchField
          key={typedKey}
          label="Search tokens"
          placeholder="Name, prefix or person"
          value={search.query ?? ""}
          onChange={(query) => change({ query })}
        />
      </div>
      <PersonField value={search.user ?? ""} onChange={(user) => change({ user })} />
      <OrganizationField value={search.organization ?? ""} onChange={(organization) => change({ organization })} />
      <SelectField
        label="State"
        value={search.state ?? ""}
        onChange={(event) => change({ state: event.currentTarget.value })}
      >
        <option value="">Any state</option>
        <option value="live">Live</option>
        <option value="suspended">Suspended</option>
        <option value="expired">Expired</option>
        <option value="revoked">Revoked</option>
      </SelectField>
      <SelectField
        label="Use"
        value={search.use ?? ""}
        onChange={(event) => change({ use: event.currentTarget.value })}
      >
        <option value="">Any use</option>
        <option value="never">Never used</option>
        <option value="stale">Stale</option>
      </SelectField>
      {isFiltered && (
        <div>
          <Button kind="quiet" onClick={clear}>
            Clear filters
          </Button>
        </div>
      )}
    </div>
  );
}
