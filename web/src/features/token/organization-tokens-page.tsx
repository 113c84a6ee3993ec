// The tokens of all members, for owners and admins within the policy. Rule: the server searches and sorts, since there
// may be a hundred thousand. Filters are in the address, so that people can share a view. Deliberately absent: minting
// or renaming for another person.
import { QUERY_MAX_LENGTH } from "@mintmark/core";
import { useInfiniteQuery, type UseInfiniteQueryResult } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download, Search } from "lucide-react";
import { type ReactElement, useDeferredValue, useEffect, useState } from "react";
import { organizationTokensQuery, tokensExportUrl } from "../../api/token.ts";
import { organizationTokenUsesQuery } from "../../api/usage.ts";
import { useUses } from "../../credential/uses.tsx";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useOrganization } from "../../session/use-session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Page } from "../../ui/page.tsx";
import { LoadFailure, LoadingRows } from "../../ui/placeholder.tsx";
import { useSearchText } from "../../ui/search-text.ts";
import { isolated } from "../../ui/text.ts";
import { TokenResults } from "./organization-token-list.tsx";
import { useMayRevoke } from "./organization-token-revocation.tsx";
import {
  EXPIRIES,
  isNarrowed,
  type OversightSearch,
  searchedText,
  SORTS,
  STATE_LABELS,
  STATES,
  tokenQueryOf,
  USES,
  withFilter,
} from "./organization-token-search.ts";

const TITLE = "Organization tokens";

export function OrganizationTokensPage(): ReactElement {
  return (
    <RequirePermission permission="tokens:read" title={TITLE}>
      <OrganizationTokens />
    </RequirePermission>
  );
}

function OrganizationTokens(): ReactElement {
  const organization = useOrganization();
  const [search, change] = useOversightSearch();
  const [typed, setTyped] = useSearchText();
  const settled = useSettled(searchedText(useDeferredValue(typed)));
  const filter = tokenQueryOf(search, settled);
  const tokens = useInfiniteQuery(organizationTokensQuery(organization.id, filter));
  const mayRevoke = useMayRevoke();
  const { hasNextPage, isFetching, fetchNextPage, data } = tokens;
  const found = data?.pages.flatMap(({ items }) => items) ?? [];
  const uses = useUses(data?.pages.map(({ items }) => items.map(({ id }) => id)) ?? [], (ids) =>
    organizationTokenUsesQuery(organization.id, ids),
  );
  useMoreAfterEmptyPage(data?.pages.at(-1)?.items.length === 0, tokens);

  return (
    <Page
      title={TITLE}
      lead={`Every member's personal access tokens in ${isolated(organization.name)}, with the time and address of their last use, but not their secrets.`}
      action={<ExportLink href={tokensExportUrl(organization.id, filter)} />}
    >
      <div className="grid gap-4">
        <TokenFilters search={search} typed={typed} onType={setTyped} onChange={change} />
        {search.member !== undefined && (
          <OneMember
            name={found.find(({ user }) => user.id === search.member)?.user.name ?? null}
            onClear={() => change(withFilter(search, "member", ""))}
          />
        )}
        {data === undefined && tokens.isError && (
          <LoadFailure error={tokens.error} busy={isFetching} onRetry={() => void tokens.refetch()} />
        )}
        {data === undefined && !tokens.isError && <LoadingRows />}
        {data !== undefined && (
          <TokenResults
            key={JSON.stringify(filter)}
            tokens={found}
            uses={uses}
            narrowed={isNarrowed(search, settled)}
            mayRevoke={mayRevoke}
            more={hasNextPage}
            searching={isFetching}
            onMore={() => void fetchNextPage()}
            onReset={() => {
              setTyped("");
              change({});
            }}
          />
        )}
        {tokens.isFetchNextPageError && <NextPageFailure />}
      </div>
    </Page>
  );
}

/** The filters in the address, and a function that changes them and keeps the search text. */
function useOversightSearch(): readonly [OversightSearch, (next: OversightSearch) => void] {
  const { query: _, ...search } = useSearch({ from: "/shell/organization/tokens" });
  const navigate = useNavigate();
  function change(next: OversightSearch): void {
    void navigate({
      to: "/organization/tokens",
      search: ({ query = "" }) => ({ ...next, query }),
      replace: true,
      resetScroll: false,
    });
  }
  return [search, change];
}

type Paging = Pick<UseInfiniteQueryResult, "hasNextPage" | "isFetching" | "fetchNextPage">;

/** Fetches the next page when the last one is empty. */
function useMoreAfterEmptyPage(isEmptyPage: boolean, { hasNextPage, isFetching, fetchNextPage }: Paging): void {
  useEffect(() => {
    // The server searches a bounded number of tokens for each page, so an empty page does not end the search.
    if (isEmptyPage && hasNextPage && !isFetching) void fetchNextPage();
  }, [isEmptyPage, hasNextPage, isFetching, fetchNextPage]);
}

function ExportLink({ href }: { readonly href: string }): ReactElement {
  return (
    <a href={href} download className={buttonClass()}>
      <Download aria-hidden="true" />
      Export CSV
    </a>
  );
}

function NextPageFailure(): ReactElement {
  return (
    <Callout tone="danger" live="alert" title="The next tokens could not be loaded">
      <p>Try again in a moment.</p>
    </Callout>
  );
}

/** The filter by one member. Their name is known after one of their tokens has loaded. */
function OneMember({ name, onClear }: { readonly name: string | null; readonly onClear: () => void }): ReactElement {
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-2 text-soft">
      <span>
        Only tokens of <bdi className="font-medium text-ink">{name ?? "one member"}</bdi>.
      </span>
      <Button size="small" onClick={onClear}>
        Show everybody’s
      </Button>
    </p>
  );
}

const SETTLES_AFTER_MS = 250;

/** The text after a pause in typing, so that not every key press sends a request. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLES_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

interface TokenFiltersProps {
  readonly search: OversightSearch;
  readonly typed: string;
  readonly onType: (text: string) => void;
  readonly onChange: (search: OversightSearch) => void;
}

export function TokenFilters({ search, typed, onType, onChange }: TokenFiltersProps): ReactElement {
  const choose = (name: keyof OversightSearch) => (value: string) => onChange(withFilter(search, name, value));
  return (
    <search className="grid gap-3 print:hidden">
      <div className="relative max-w-96">
        <Search
          className="pointer-events-none absolute inset-y-0 left-2.5 my-auto size-4 text-faint"
          aria-hidden="true"
        />
        <input
          type="search"
          aria-label="Search tokens by name, prefix or owner"
          placeholder="Name, prefix or owner"
          autoComplete="off"
          spellCheck={false}
          maxLength={QUERY_MAX_LENGTH}
          value={typed}
          onChange={(event) => onType(event.currentTarget.value)}
          className="control pl-8.5"
        />
      </div>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Filter label="State" value={search.state} any="Any state" onChoose={choose("state")}>
          {STATES.map((state) => [state, STATE_LABELS[state]])}
        </Filter>
        <Filter label="Use" value={search.use} any="Any use" onChoose={choose("use")}>
          {Object.entries(USES)}
        </Filter>
        <Filter label="Expires" value={search.expires} any="Any time" onChoose={choose("expires")}>
          {Object.entries(EXPIRIES)}
        </Filter>
        <Filter label="Order" value={search.sort ?? "newest"} onChoose={choose("sort")}>
          {Object.entries(SORTS).map(([key, [label]]) => [key, label])}
        </Filter>
      </div>
    </search>
  );
}

interface FilterProps {
  readonly label: string;
  readonly value: string | undefined;
  /** The label of the empty choice. Without it, a choice is required. */
  readonly any?: string;
  readonly onChoose: (value: string) => void;
  readonly children: readonly (readonly [value: string, label: string])[];
}

function Filter({ label, value, any, onChoose, children }: FilterProps): ReactElement {
  return (
    <SelectField label={label} value={value ?? ""} onChange={(event) => onChoose(event.currentTarget.value)}>
      {any !== undefined && <option value="">{any}</option>}
      {children.map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </SelectField>
  );
}
