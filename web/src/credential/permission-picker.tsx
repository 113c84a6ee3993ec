// Check boxes for permissions, grouped by resource, with shortcuts for the common choices.
import { type ReactElement, useEffect, useRef } from "react";
import type { PermissionInfo } from "../api/types.ts";
import { Button } from "../ui/button.tsx";
import { Choice, FieldError } from "../ui/field.tsx";
import { actionOf, groupPermissions, type PermissionGroup, readOnlyNames } from "./permission-choice.ts";

interface PermissionPickerProps {
  readonly label: string;
  readonly available: readonly PermissionInfo[];
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  readonly error?: string | null | undefined;
}

export function PermissionPicker({ label, available, chosen, onChange, error }: PermissionPickerProps): ReactElement {
  const count = available.filter(({ name }) => chosen.has(name)).length;
  const readOnly = readOnlyNames(available);
  return (
    <fieldset className="rounded-panel border border-line">
      <legend className="sr-only">{label}</legend>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-3.5 py-2">
        <output className="tabular block grow text-[0.8125rem] text-soft">
          {count} of {available.length} chosen
        </output>
        <div className="flex gap-1">
          <Button size="small" kind="quiet" onClick={() => onChange(new Set(readOnly))}>
            Read-only
          </Button>
          <Button size="small" kind="quiet" onClick={() => onChange(new Set(available.map(({ name }) => name)))}>
            All
          </Button>
          <Button size="small" kind="quiet" onClick={() => onChange(new Set())}>
            None
          </Button>
        </div>
      </div>
      {error && (
        <div className="border-b border-line px-3.5 py-2" role="alert">
          <FieldError>{error}</FieldError>
        </div>
      )}
      <div className="divide-y divide-line">
        {groupPermissions(available).map((group) => (
          <Group key={group.resource} group={group} chosen={chosen} onChange={onChange} invalid={Boolean(error)} />
        ))}
      </div>
    </fieldset>
  );
}

interface GroupProps {
  readonly group: PermissionGroup;
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  readonly invalid: boolean;
}

function Group({ group, chosen, onChange, invalid }: GroupProps): ReactElement {
  const names = group.permissions.map(({ name }) => name);
  const held = names.filter((name) => chosen.has(name)).length;
  const all = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (all.current) all.current.indeterminate = held > 0 && held < names.length;
  }, [held, names.length]);

  function set(changed: readonly string[], on: boolean): void {
    const next = new Set(chosen);
    for (const name of changed) {
      if (on) next.add(name);
      else next.delete(name);
    }
    onChange(next);
  }

  return (
    <fieldset className="grid gap-x-6 px-3.5 py-2 sm:grid-cols-[10rem_minmax(0,1fr)]">
      <legend className="sr-only">{group.label}</legend>
      <Choice
        ref={all}
        label={<span className="font-medium">{group.label}</span>}
        aria-label={`All of ${group.label}`}
        checked={held === names.length}
        onChange={(event) => set(names, event.currentTarget.checked)}
      />
      <div className="pl-6.5 sm:pl-0">
        {group.permissions.map(({ name, access, description }) => (
          <Choice
            key={name}
            label={
              <>
                <span className="font-mono text-[0.8125rem]">{actionOf(name)}</span>
                <span className="ml-2 text-[0.8125rem] text-soft">{description}</span>
                {access === "write" && <span className="sr-only"> (can change things)</span>}
              </>
            }
            aria-invalid={invalid || undefined}
            checked={chosen.has(name)}
            onChange={(event) => set([name], event.currentTarget.checked)}
          />
        ))}
      </div>
    </fieldset>
  );
}
