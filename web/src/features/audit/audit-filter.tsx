import { type FormEvent, type ReactElement, useRef } from "react";
import { Button } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { actionLabel, AUDIT_ACTION_GROUPS, type AuditSearch } from "./audit-text.ts";

interface AuditFilterFormProps {
  readonly search: AuditSearch;
  readonly onChange: (search: AuditSearch) => void;
}

const NAMES = ["action", "from", "to", "actor", "credential"] as const;

export function AuditFilterForm({ search, onChange }: AuditFilterFormProps): ReactElement {
  const form = useRef<HTMLFormElement>(null);
  function apply(event?: FormEvent): void {
    event?.preventDefault();
    if (form.current === null) return;
    const data = new FormData(form.current);
    const next: Partial<Record<(typeof NAMES)[number], string>> = {};
    for (const name of NAMES) {
      const value = data.get(name);
      if (typeof value === "string" && value.trim() !== "") next[name] = value.trim();
    }
    onChange(next);
  }
  return (
    <form
      ref={form}
      onSubmit={apply}
      aria-label="Filter events"
      className="grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-[repeat(3,minmax(0,1fr))]"
    >
      <SelectField label="Action" name="action" defaultValue={search.action ?? ""}>
        <option value="">Any action</option>
        {AUDIT_ACTION_GROUPS.map(({ label, actions }) => (
          <optgroup key={label} label={label}>
            {actions.map((action) => (
              <option key={action} value={action}>
                {actionLabel(action)}
              </option>
            ))}
          </optgroup>
        ))}
      </SelectField>
      <TextField label="From day" name="from" type="date" defaultValue={search.from ?? ""} />
      <TextField label="To day" name="to" type="date" defaultValue={search.to ?? ""} />
      <TextField
        label="Actor id"
        name="actor"
        autoComplete="off"
        placeholder="usr_…"
        defaultValue={search.actor ?? ""}
      />
      <TextField
        label="Token or key id"
        name="credential"
        autoComplete="off"
        placeholder="pat_… or key_…"
        defaultValue={search.credential ?? ""}
      />
      <div className="flex gap-2">
        <Button type="submit">Apply</Button>
        {Object.keys(search).length > 0 && (
          <Button kind="quiet" onClick={() => onChange({})}>
            Clear
          </Button>
        )}
      </div>
    </form>
  );
}
