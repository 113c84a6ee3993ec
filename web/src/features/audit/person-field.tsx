// Chooses a person by a part of their name or address. Whoever left is no member any more and is not found here;
// their events name them, and lead to a log of theirs alone.
import { Combobox } from "@base-ui/react/combobox";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { type ReactElement, useDeferredValue, useState } from "react";
import { memberSearchQuery } from "../../api/members.ts";
import { Field } from "../../ui/field.tsx";

interface PersonFieldProps {
  readonly organizationId: string;
  /** The id that is chosen, or empty, and what is known of its name. */
  readonly value: string;
  readonly name: string;
  readonly onChange: (id: string) => void;
}

interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export function PersonField({ organizationId, value, name, onChange }: PersonFieldProps): ReactElement {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const chosen = value === "" ? null : { id: value, name: name || value, email: "" };
  const typed = text.trim() === chosen?.name ? "" : text.trim();
  const members = useQuery({
    ...memberSearchQuery(organizationId, useDeferredValue(typed)),
    enabled: open,
    placeholderData: keepPreviousData,
  });
  return (
    <Combobox.Root<Person>
      items={members.data?.items.map(({ user }) => user) ?? []}
      // The server has filtered them.
      filter={null}
      value={chosen}
      onValueChange={(person) => onChange(person?.id ?? "")}
      onInputValueChange={setText}
      onOpenChange={setOpen}
      itemToStringLabel={(person) => person.name}
      isItemEqualToValue={(one, other) => one.id === other.id}
    >
      <Field label="Person" className="col-span-2 sm:col-span-1">
        {(control) => (
          <span className="relative block">
            <Combobox.Input {...control} placeholder="Name or email" className="control truncate pr-10" />
            <Combobox.Clear
              aria-label="Any person"
              className="absolute inset-y-0 right-0 grid w-10 place-items-center rounded-r-control text-faint hover:text-ink"
            >
              <X className="size-4" aria-hidden="true" />
            </Combobox.Clear>
          </span>
        )}
      </Field>
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={4} className="z-20 w-(--anchor-width)">
          <Combobox.Popup className="max-h-72 overflow-y-auto rounded-control border border-line bg-raised p-1 shadow-float">
            <Combobox.Empty className="px-2.5 py-1.5 text-soft empty:p-0">
              {members.isPending ? "Looking…" : "No member matches"}
            </Combobox.Empty>
            <Combobox.List aria-label="Members">
              {(person: Person) => <Match key={person.id} person={person} />}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}

function Match({ person }: { readonly person: Person }): ReactElement {
  return (
    <Combobox.Item
      value={person}
      className="cursor-pointer rounded px-2.5 py-1.5 wrap-anywhere data-highlighted:bg-sunken"
    >
      <bdi className="block font-medium">{person.name}</bdi>
      <bdi className="block text-[0.8125rem] text-soft">{person.email}</bdi>
    </Combobox.Item>
  );
}
