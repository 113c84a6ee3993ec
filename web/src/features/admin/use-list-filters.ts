import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { changedSearch, type Search } from "./admin-search.ts";

interface ListFilters<Name extends string> {
  readonly isFiltered: boolean;
  /** Changes these filters and keeps the others; an empty one leaves the address. */
  readonly change: (change: Search<Name>) => void;
  /** Shows everything again. */
  readonly clear: () => void;
  /** The key of the search field: it is another one after `clear`, so what was typed goes with the filters. */
  readonly typedKey: number;
}

/** The filters of a list that are in its address: it can be linked to, and a reload or the way back loses nothing. */
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
