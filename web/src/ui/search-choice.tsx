// Chooses one of many things by a part of its name. The server searches.
import { Combobox } from "@base-ui/react/combobox";
import { X } from "lucide-react";
import { type ReactElement, type Ref, useRef, useState } from "react";
import { Field } from "./field.tsx";

interface Found {
  readonly id: string;
  readonly name: string;
  /** Distinguishes two with the same name. */
  readonly note: string;
}

interface SearchChoiceProps {
  readonly label: string;
  readonly placeholder: string;
  /** The label of the button that clears the choice: "Any person". */
  readonly any: string;
  /** The text when nothing was found. */
  readonly none: string;
  /** The chosen id, or empty, and its name if it is known. */
  readonly value: string;
  readonly name: string;
  readonly onChange: (id: string) => void;
  /** Called with the search words, or `null` when the list closes. */
  readonly onLook: (words: string | null) => void;
  /** The matches of the server; `undefined` while it searches. */
  readonly found: readonly Found[] | undefined;
}

export function SearchChoice({
  label,
  placeholder,
  any,
  none,
  value,
  name,
  onChange,
  onLook,
  found,
}: SearchChoiceProps): ReactElement {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const popup = useRef<HTMLDivElement>(null);
  const chosen = value === "" ? null : { id: value, name: name || value, note: "" };
  const wordsOf = (typed: string): string => (typed.trim() === chosen?.name ? "" : typed.trim());

  function change(next: boolean): void {
    setOpen(next);
    onLook(next ? wordsOf(text) : null);
  }

  return (
    <Combobox.Root<Found>
      items={found ?? []}
      // The server has already filtered them.
      filter={null}
      value={chosen}
      onValueChange={(one) => onChange(one?.id ?? "")}
      onInputValueChange={(typed) => {
        setText(typed);
        onLook(wordsOf(typed));
      }}
      open={open}
      onOpenChange={change}
      itemToStringLabel={(one) => one.name}
      isItemEqualToValue={(one, other) => one.id === other.id}
    >
      <Field label={label} className="col-span-2 sm:col-span-1">
        {(control) => (
          <span className="relative block">
            <Combobox.Input
              {...control}
              placeholder={placeholder}
              className="control truncate pr-10"
              onBlur={(event) => {
                if (popup.current?.contains(event.relatedTarget) !== true) change(false);
              }}
            />
            <ClearButton label={any} />
          </span>
        )}
      </Field>
      {open && <Matches ref={popup} label={label} none={found === undefined ? "Looking…" : none} />}
    </Combobox.Root>
  );
}

function ClearButton({ label }: { readonly label: string }): ReactElement {
  return (
    <Combobox.Clear
      aria-label={label}
      className="absolute inset-y-0 right-0 grid w-10 place-items-center rounded-r-control text-faint hover:text-ink"
    >
      <X className="size-4" aria-hidden="true" />
    </Combobox.Clear>
  );
}

interface MatchesProps extends Pick<SearchChoiceProps, "label" | "none"> {
  readonly ref: Ref<HTMLDivElement>;
}

function Matches({ ref, label, none }: MatchesProps): ReactElement {
  return (
    <Combobox.Portal>
      <Combobox.Positioner sideOffset={4} className="z-20 w-(--anchor-width)">
        {/* Not the popup of the library, which hides the page from screen readers but leaves it in the tab order. */}
        <div
          ref={ref}
          className="max-h-72 overflow-y-auto rounded-control border border-line bg-raised p-1 shadow-float"
        >
          <Combobox.Empty className="px-2.5 py-1.5 text-soft empty:p-0">{none}</Combobox.Empty>
          <Combobox.List aria-label={label}>{(one: Found) => <Match key={one.id} one={one} />}</Combobox.List>
        </div>
      </Combobox.Positioner>
    </Combobox.Portal>
  );
}

function Match({ one }: { readonly one: Found }): ReactElement {
  return (
    <Combobox.Item
      value={one}
      className="cursor-pointer rounded px-2.5 py-1.5 wrap-anywhere data-highlighted:bg-sunken"
    >
      <bdi className="block font-medium">{one.name}</bdi>
      <bdi className="block text-[0.8125rem] text-soft">{one.note}</bdi>
    </Combobox.Item>
  );
}
