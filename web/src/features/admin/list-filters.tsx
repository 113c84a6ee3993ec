import { readableAddress } from "@mintmark/core";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useDeferredValue, useState } from "react";
import {
  adminOrganizationMatchesQuery,
  adminOrganizationQuery,
  adminUserMatchesQuery,
  adminUserQuery,
} from "../../api/admin.ts";
import type { AdminOrganization, AdminUser } from "../../api/types.ts";
import { TextField } from "../../ui/field.tsx";
import { SearchChoice } from "../../ui/search-choice.tsx";
import type { Found } from "../../ui/search-match.ts";
import { changedSearch, type Search } from "./admin-search.ts";

interface ListFilters<Name extends string> {
  readonly isFiltered: boolean;
  /** Changes these filters and keeps the others; an empty one leaves the address. */
  readonly change: (change: Search<Name>) => void;
  /** Shows everything again. */
  readonly clear: () => void;
  /** The key of the search field. It changes after `clear`, which empties the field. */
  readonly typedKey: number;
}

/** The filters of a list, which are in its address. So a link, a reload or the back button keeps them. */
export function useListFilters<Name extends string>(
  to: "/admin/users" | "/admin/organizations" | "/admin/tokens",
  search: Search<Name>,
): ListFilters<Name> {
  const navigate = useNavigate();
  const [typedKey, setTypedKey] = useState(0);
  function show(next: Search<Name>): void {
    void navigate({ to, search: next, replace: true, resetScroll: false });
  }
  return {
    isFiltered: Object.keys(search).length > 0,
    change: (change) => show(changedSearch(search, change)),
    clear: () => {
      setTypedKey(typedKey + 1);
      show({});
    },
    typedKey,
  };
}

interface SearchFieldProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Shows the typed text at once. The address and the list follow. */
export function SearchField({ label, placeholder, value, onChange }: SearchFieldProps): ReactElement {
  const [text, setText] = useState(value);
  return (
    <TextField
      label={label}
      type="search"
      autoComplete="off"
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(event.currentTarget.value);
      }}
    />
  );
}

// The filters by person and by organization. Each is found by a part of its name.

interface ScopeFieldProps {
  readonly value: string;
  readonly onChange: (id: string) => void;
}

/** The name of the person, or `null` while it loads. A deleted account has no name, but its id still filters. */
export function usePersonName(id: string): string | null {
  const chosen = useQuery({ ...adminUserQuery(id), enabled: id !== "", retry: false });
  return chosen.data?.name ?? (chosen.isError ? "Deleted or unknown account" : null);
}

export function PersonField({ value, onChange }: ScopeFieldProps): ReactElement {
  const [words, setWords] = useState<string | null>(null);
  const name = usePersonName(value);
  const queryClient = useQueryClient();
  const searched = useDeferredValue(words ?? "");
  const matches = useQuery({
    ...adminUserMatchesQuery(searched),
    enabled: words !== null,
    placeholderData: keepPreviousData,
  });
  return (
    <SearchChoice
      label="Person"
      placeholder="Name or email"
      any="Any person"
      none="Nobody matches"
      value={value}
      name={name}
      onChange={onChange}
      onLook={setWords}
      isCurrent={searched === (words ?? "") && matches.isFetched && !matches.isPlaceholderData}
      lookUp={async (typed) => usersIn(await queryClient.fetchQuery(adminUserMatchesQuery(typed)))}
      found={matches.data && usersIn(matches.data)}
    />
  );
}

export function OrganizationField({ value, onChange }: ScopeFieldProps): ReactElement {
  const [words, setWords] = useState<string | null>(null);
  const chosen = useQuery({ ...adminOrganizationQuery(value), enabled: value !== "", retry: false });
  const queryClient = useQueryClient();
  const searched = useDeferredValue(words ?? "");
  const matches = useQuery({
    ...adminOrganizationMatchesQuery(searched),
    enabled: words !== null,
    placeholderData: keepPreviousData,
  });
  return (
    <SearchChoice
      label="Organization"
      placeholder="Name"
      any="Any organization"
      none="No organization matches"
      value={value}
      name={chosen.data?.name ?? (chosen.isError ? "Unknown organization" : null)}
      isCurrent={searched === (words ?? "") && matches.isFetched && !matches.isPlaceholderData}
      onChange={onChange}
      onLook={setWords}
      lookUp={async (typed) => organizationsIn(await queryClient.fetchQuery(adminOrganizationMatchesQuery(typed)))}
      found={matches.data && organizationsIn(matches.data)}
    />
  );
}

function usersIn({ items }: { readonly items: readonly AdminUser[] }): Found[] {
  return items.map(({ id, name, email }) => ({ id, name, note: readableAddress(email) }));
}

function organizationsIn({ items }: { readonly items: readonly AdminOrganization[] }): Found[] {
  return items.map(({ id, name, personal, deletedAt }) => ({
    id,
    name,
    note: `${deletedAt ? "Deleted" : personal ? "Personal" : "Shared"} organization, ${id.slice(0, 12)}…`,
  }));
}
