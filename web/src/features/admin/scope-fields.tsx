// Whose tokens or events a list is narrowed to: a person and an organization, each found by a part of its name.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactElement, useDeferredValue, useState } from "react";
import { adminOrganizationMatchesQuery, adminOrganizationQuery } from "../../api/admin-organizations.ts";
import { adminUserMatchesQuery, adminUserQuery } from "../../api/admin-users.ts";
import { SearchChoice } from "../../ui/search-choice.tsx";

interface ScopeFieldProps {
  readonly value: string;
  readonly onChange: (id: string) => void;
}

/** A deleted account has no name left, and is not found; its id in the address still is. */
export function PersonField({ value, onChange }: ScopeFieldProps): ReactElement {
  const [words, setWords] = useState<string | null>(null);
  const chosen = useQuery({ ...adminUserQuery(value), enabled: value !== "", retry: false });
  const matches = useQuery({
    ...adminUserMatchesQuery(useDeferredValue(words ?? "")),
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
      name={chosen.data?.name ?? ""}
      onChange={onChange}
      onLook={setWords}
      found={matches.data?.items.map((user) => ({ ...user, note: user.email }))}
    />
  );
}

export function OrganizationField({ value, onChange }: ScopeFieldProps): ReactElement {
  const [words, setWords] = useState<string | null>(null);
  const chosen = useQuery({ ...adminOrganizationQuery(value), enabled: value !== "", retry: false });
  const matches = useQuery({
    ...adminOrganizationMatchesQuery(useDeferredValue(words ?? "")),
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
      name={chosen.data?.name ?? ""}
      onChange={onChange}
      onLook={setWords}
      found={matches.data?.items.map(({ id, name, personal, deletedAt }) => ({
        id,
        name,
        note: `${deletedAt ? "Deleted" : personal ? "Personal" : "Shared"} organization, ${id.slice(0, 12)}…`,
      }))}
    />
  );
}
