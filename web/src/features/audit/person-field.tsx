// Chooses a person by a part of their name or address. A combobox (WAI-ARIA APG): the arrows move through the
// matches, Enter takes one, Escape closes. Whoever left is no member any more; their events name them.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { type KeyboardEvent, type ReactElement, useDeferredValue, useId, useState } from "react";
import { memberSearchQuery } from "../../api/members.ts";
import type { Member } from "../../api/types.ts";
import { IconButton } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Field } from "../../ui/field.tsx";

interface PersonFieldProps {
  readonly organizationId: string;
  /** The id that is chosen, or empty, and what is known of its name. */
  readonly value: string;
  readonly name: string;
  readonly onChange: (id: string) => void;
}

export function PersonField({ organizationId, value, name, onChange }: PersonFieldProps): ReactElement {
  if (value !== "") return <Chosen label={name || value} onClear={() => onChange("")} />;
  return <Search organizationId={organizationId} onChoose={onChange} />;
}

function Chosen({ label, onClear }: { readonly label: string; readonly onClear: () => void }): ReactElement {
  return (
    <Field label="Person">
      {(control) => (
        <span className="relative block">
          <input {...control} type="text" readOnly value={label} className="control truncate pr-11" />
          <IconButton label="Any person" className="absolute inset-y-0 right-0" onClick={onClear}>
            <X aria-hidden="true" />
          </IconButton>
        </span>
      )}
    </Field>
  );
}

interface SearchProps {
  readonly organizationId: string;
  readonly onChoose: (id: string) => void;
}

function Search({ organizationId, onChoose }: SearchProps): ReactElement {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const listId = useId();
  const words = useDeferredValue(text.trim());
  const members = useQuery({
    ...memberSearchQuery(organizationId, words),
    enabled: open,
    placeholderData: keepPreviousData,
  });
  const matches = members.data?.items ?? [];
  const active = matches[Math.min(at, matches.length - 1)];
  const shown = open && members.data !== undefined;

  function move(event: KeyboardEvent): void {
    if (event.key === "Escape") return setOpen(false);
    if (event.key === "Enter" && shown && active !== undefined) return onChoose(active.user.id);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setOpen(true);
    if (matches.length > 0) setAt((Math.min(at, matches.length - 1) + step + matches.length) % matches.length);
  }

  return (
    <Field label="Person" className="relative">
      {(control) => (
        <>
          <input
            {...control}
            type="text"
            role="combobox"
            aria-expanded={shown}
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={shown && active !== undefined ? `${listId}-${active.id}` : undefined}
            autoComplete="off"
            placeholder="Name or email"
            value={text}
            onFocus={() => setOpen(true)}
            onBlur={() => setOpen(false)}
            onKeyDown={move}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setAt(0);
              setOpen(true);
            }}
            className="control"
          />
          <ul
            id={listId}
            role="listbox"
            aria-label="Members"
            hidden={!shown}
            className="absolute inset-x-0 top-full z-10 mt-1 max-h-72 overflow-y-auto rounded-control border border-line bg-raised p-1 shadow-float"
          >
            {matches.map((member) => (
              <Match
                key={member.id}
                id={`${listId}-${member.id}`}
                member={member}
                active={member === active}
                onChoose={onChoose}
              />
            ))}
            {matches.length === 0 && (
              <li role="option" aria-selected={false} aria-disabled className="px-2.5 py-1.5 text-soft">
                No member matches
              </li>
            )}
          </ul>
        </>
      )}
    </Field>
  );
}

interface MatchProps {
  readonly id: string;
  readonly member: Member;
  readonly active: boolean;
  readonly onChoose: (id: string) => void;
}

function Match({ id, member, active, onChoose }: MatchProps): ReactElement {
  return (
    <li
      id={id}
      role="option"
      aria-selected={active}
      // The field keeps the focus; a click must not take it away before it is heard.
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => onChoose(member.user.id)}
      className={classNames(
        "cursor-pointer rounded px-2.5 py-1.5 wrap-anywhere hover:bg-sunken",
        active && "bg-sunken",
      )}
    >
      <bdi className="block font-medium">{member.user.name}</bdi>
      <bdi className="block text-[0.8125rem] text-soft">{member.user.email}</bdi>
    </li>
  );
}
