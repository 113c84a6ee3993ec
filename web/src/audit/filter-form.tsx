// The filter of a log. A choice applies at once, and text when the person presses Enter or leaves the field.
import { type ReactElement, type ReactNode, useMemo, useState } from "react";
import type { AuditFilter } from "../api/audit.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { useNow } from "../ui/time-view.tsx";
import { type AuditSearch, changedSearch, dayOf, filterOf, RANGES } from "./audit-search.ts";
import { actionLabel, type ORGANIZATION_ACTIONS } from "./event-text.ts";

interface FilterFormProps {
  readonly search: AuditSearch;
  readonly actions: typeof ORGANIZATION_ACTIONS;
  readonly onSearch: (search: AuditSearch) => void;
  /** Fields that only this log has, such as the person. */
  readonly children?: ReactNode;
}

const CUSTOM = "days";

export function FilterForm({ search, actions, onSearch, children }: FilterFormProps): ReactElement {
  const [choosingDays, setChoosingDays] = useState(search.from !== undefined || search.to !== undefined);
  const change = (part: AuditSearch): void => onSearch(changedSearch(search, part));
  const range = search.range ?? (choosingDays ? CUSTOM : "");
  function changeRange(value: string): void {
    setChoosingDays(value === CUSTOM);
    change({ range: value === CUSTOM ? "" : value, ...(value === CUSTOM ? {} : { from: "", to: "" }) });
  }
  return (
    <form
      aria-label="Filter events"
      onSubmit={(event) => event.preventDefault()}
      className="grid grid-cols-2 items-end gap-3 lg:grid-cols-3"
    >
      {children}
      <SelectField
        label="Action"
        value={search.action ?? ""}
        onChange={(event) => change({ action: event.currentTarget.value })}
      >
        <option value="">Any action</option>
        <ActionOptions actions={actions} chosen={search.action ?? ""} />
      </SelectField>
      <OutcomeField value={search.outcome ?? ""} onChange={(outcome) => change({ outcome })} />
      <TypedField
        label="Token or key id"
        placeholder="pat_… or key_…"
        value={search.credential ?? ""}
        onDone={(credential) => change({ credential })}
      />
      <SelectField label="Time" value={range} onChange={(event) => changeRange(event.currentTarget.value)}>
        <option value="">All time</option>
        {RANGES.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        <option value={CUSTOM}>From day to day…</option>
      </SelectField>
      {range === CUSTOM && <DayFields search={search} onChange={change} />}
      {Object.keys(search).length > 0 && (
        <div>
          <Button
            kind="quiet"
            onClick={() => {
              setChoosingDays(false);
              onSearch({});
            }}
          >
            Clear filters
          </Button>
        </div>
      )}
    </form>
  );
}

interface DayFieldsProps {
  readonly search: AuditSearch;
  readonly onChange: (part: AuditSearch) => void;
}

function DayFields({ search, onChange }: DayFieldsProps): ReactElement {
  return (
    <div className="col-span-2 grid grid-cols-2 gap-3 sm:col-span-1">
      <TextField
        label="From"
        type="date"
        value={dayOf(search.from)}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <TextField
        label="To"
        type="date"
        value={dayOf(search.to)}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
    </div>
  );
}

interface OutcomeFieldProps {
  readonly value: string;
  readonly onChange: (outcome: string) => void;
}

function OutcomeField({ value, onChange }: OutcomeFieldProps): ReactElement {
  return (
    <SelectField label="Outcome" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="">Any outcome</option>
      <option value="ok">Done</option>
      <option value="denied">Denied</option>
    </SelectField>
  );
}

interface ActionOptionsProps {
  readonly actions: typeof ORGANIZATION_ACTIONS;
  readonly chosen: string;
}

function ActionOptions({ actions, chosen }: ActionOptionsProps): ReactElement {
  const known = actions.flatMap(({ all, actions: each }) => [all, ...each]);
  return (
    <>
      {/* Shows the action of a link even when it is none of the choices. */}
      {chosen !== "" && !known.includes(chosen) && <option value={chosen}>{chosen}</option>}
      {actions.map(({ label, all, actions: each }) => (
        <optgroup key={label} label={label}>
          <option value={all}>{label}: any</option>
          {each.map((action) => (
            <option key={action} value={action}>
              {actionLabel(action)}
            </option>
          ))}
        </optgroup>
      ))}
    </>
  );
}

interface TypedFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onDone: (text: string) => void;
}

/** A text field that applies when the person leaves it or presses Enter. */
function TypedField({ label, placeholder, value, onDone }: TypedFieldProps): ReactElement {
  return (
    <TextField
      key={value}
      label={label}
      placeholder={placeholder}
      className="col-span-2 sm:col-span-1"
      autoComplete="off"
      spellCheck={false}
      defaultValue={value}
      onBlur={(event) => {
        const text = event.currentTarget.value.trim();
        if (text !== value) onDone(text);
      }}
      onKeyDown={(event) => {
        const text = event.currentTarget.value.trim();
        if (event.key === "Enter" && text !== value) onDone(text);
      }}
    />
  );
}

/**
 * The filter of a search. Relative times count from when the search was made, so that the list stays while a person
 * reads it.
 */
export function useAuditFilter(search: AuditSearch): AuditFilter {
  const text = JSON.stringify(search);
  const now = useNow();
  const [made, setMade] = useState({ text, now });
  if (made.text !== text) setMade({ text, now });
  return useMemo(() => filterOf(JSON.parse(made.text) as AuditSearch, made.now), [made]);
}
