// Chooses one of many things by a part of its name. The server searches. The field shows the chosen thing or the text
// that is being typed, and never text that filters nothing: when the person leaves it, a complete name is chosen and any
// other text goes away.
import { Combobox } from "@base-ui/react/combobox";
import { X } from "lucide-react";
import { type ReactElement, type Ref, useRef, useState } from "react";
import { Field } from "./field.tsx";
import { exactMatch, type Found, matching } from "./search-match.ts";

interface SearchChoiceProps {
  readonly label: string;
  readonly placeholder: string;
  /** The label of the button that clears the choice: "Any person". */
  readonly any: string;
  /** The text when nothing was found. */
  readonly none: string;
  /** The chosen id, or empty. */
  readonly value: string;
  /** The name of the chosen thing; `null` while it loads. */
  readonly name: string | null;
  readonly onChange: (id: string) => void;
  /** Called with the search words, or `null` when the search ends. */
  readonly onLook: (words: string | null) => void;
  /** The matches of the server for these words. */
  readonly lookUp: (words: string) => Promise<readonly Found[]>;
  /** The matches to show, perhaps those of earlier words. */
  readonly found: readonly Found[] | undefined;
  /** Whether `found` belongs to the present words. */
  readonly isCurrent: boolean;
}

export function SearchChoice(props: SearchChoiceProps): ReactElement {
  const { label, placeholder, any, none, value, name, onChange } = props;
  const popup = useRef<HTMLDivElement>(null);
  const highlighted = useRef<Found | undefined>(undefined);
  const { text, open, shown, setOpen, type, settle, reset } = useTyping(props);
  const chosen = value === "" ? null : { id: value, name: name ?? "…", note: "" };
  const isLooking = !props.isCurrent || props.found === undefined;
  return (
    <Combobox.Root<Found>
      items={shown}
      // The server has already filtered them.
      filter={null}
      value={chosen}
      inputValue={text ?? chosen?.name ?? ""}
      onValueChange={(one) => {
        reset();
        onChange(one?.id ?? "");
      }}
      onInputValueChange={(typed, { reason }) => {
        if (reason === "input-change") type(typed);
      }}
      onItemHighlighted={(one) => {
        highlighted.current = one;
      }}
      open={open}
      onOpenChange={setOpen}
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
              onKeyDown={(event) => {
                if (event.key === "Enter" && highlighted.current === undefined) {
                  // The library would close the list.
                  event.preventBaseUIHandler();
                  settle("stay");
                }
                if (event.key === "Escape") reset();
              }}
              onBlur={(event) => {
                if (popup.current?.contains(event.relatedTarget) !== true) settle("leave");
              }}
            />
            <ClearButton label={any} />
          </span>
        )}
      </Field>
      {open && <Matches ref={popup} label={label} none={isLooking ? "Looking…" : none} />}
    </Combobox.Root>
  );
}

interface Typing {
  /** The text that the person types; `null` when the field shows the chosen thing. */
  readonly text: string | null;
  readonly open: boolean;
  readonly shown: readonly Found[];
  readonly setOpen: (open: boolean) => void;
  readonly type: (text: string) => void;
  /** Chooses the complete name that was typed, once the server has responded. Otherwise the list stays, or the text goes. */
  readonly settle: (then: "stay" | "leave") => void;
  readonly reset: () => void;
}

function useTyping({ onChange, onLook, lookUp, found, isCurrent }: SearchChoiceProps): Typing {
  const [text, setText] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  /** The present text. A response to an earlier one chooses nothing. */
  const latest = useRef<string | null>(null);
  const words = text?.trim() ?? "";

  function show(typed: string | null): void {
    latest.current = typed;
    setText(typed);
    onLook(typed?.trim() ?? null);
  }

  function reset(): void {
    show(null);
    setOpen(false);
  }

  async function settle(then: "stay" | "leave"): Promise<void> {
    if (then === "leave") setOpen(false);
    const typed = latest.current;
    const matches = words === "" ? [] : await lookUp(words).catch(() => []);
    if (latest.current !== typed) return;
    const exact = exactMatch(matches, words);
    if (exact !== null || then === "leave") reset();
    if (exact !== null) onChange(exact.id);
  }

  return {
    text,
    open,
    shown: isCurrent ? (found ?? []) : matching(found ?? [], words),
    setOpen: (next) => {
      setOpen(next);
      // Not `words`: the first character, or a pasted name, opens the list before it is rendered.
      if (next) onLook(latest.current?.trim() ?? "");
    },
    type: show,
    settle: (then) => void settle(then),
    reset,
  };
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
