import { Search } from "lucide-react";
import type { ReactElement } from "react";
import { SelectField } from "../../ui/field.tsx";
import { EXPIRIES, type OversightSearch, SORTS, STATES, type TokenState, USES, withFilter } from "./token-search.ts";

export const STATE_LABELS: Record<TokenState, string> = {
  active: "Active",
  blocked: "Blocked by policy",
  suspended: "Suspended",
  expired: "Expired",
  revoked: "Revoked",
};

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
          maxLength={200}
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
  /** What choosing nothing is called; without it something is always chosen. */
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
