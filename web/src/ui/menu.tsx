// Menus of actions and of choices (WAI-ARIA menu button). The list is a popover in the browser's top layer,
// at its own place in the document: no portal, and no invisible elements that catch the focus.
import { Check } from "lucide-react";
import {
  createContext,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type Ref,
  use,
  useId,
  useRef,
  useState,
} from "react";
import { classNames } from "./class-names.ts";
import { itemForKey, itemForLetter } from "./menu-keys.ts";
import { useMenuPopover } from "./use-menu-popover.ts";

/** What the button that opens the menu has to be given. */
interface MenuTriggerProps {
  readonly ref: Ref<HTMLButtonElement>;
  readonly id: string;
  readonly "aria-haspopup": "menu";
  readonly "aria-expanded": boolean;
  readonly "aria-controls": string;
  readonly onClick: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

interface MenuProps {
  readonly renderButton: (props: MenuTriggerProps) => ReactElement;
  readonly align?: "start" | "end";
  /** Stands above the items and is none of them. */
  readonly heading?: ReactNode;
  readonly children: ReactNode;
}

/** Closes the menu, gives the focus back to its button, and then does what was chosen. */
type Choose = (then: () => void) => void;

const ChooseContext = createContext<Choose>((then) => then());

const ITEM =
  "flex min-h-8 w-full items-center gap-2 rounded-[0.3125rem] px-2 py-1.5 text-left outline-none select-none focus:bg-ink/7 [&_svg]:size-4 [&_svg]:shrink-0";

export function Menu({ renderButton, align = "end", heading, children }: MenuProps): ReactElement {
  const [open, setOpen] = useState(false);
  const startAt = useRef<"first" | "last">("first");
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const popover = useMenuPopover({ open, align, button, startAt, onClose: () => setOpen(false) });

  function openAt(end: "first" | "last"): void {
    startAt.current = end;
    setOpen(true);
  }

  function close(): void {
    button.current?.focus({ preventScroll: true });
    setOpen(false);
  }

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>): void {
    if (event.key === "Escape" || event.key === "Tab") {
      // Tab goes on from the button: the menu is no place to be left in the middle of.
      if (event.key === "Escape") event.preventDefault();
      event.stopPropagation();
      close();
      return;
    }
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role^=menuitem]")];
    const current = items.findIndex((item) => item === document.activeElement);
    const labels = items.map((item) => item.textContent ?? "");
    const next = itemForKey(event.key, current, items.length) ?? itemForLetter(event.key, current, labels);
    if (next === null) return;
    event.preventDefault();
    items[next]?.focus();
  }

  return (
    <>
      {renderButton({
        ref: button,
        id,
        "aria-haspopup": "menu",
        "aria-expanded": open,
        "aria-controls": `${id}-menu`,
        onClick: () => (open ? close() : openAt("first")),
        onKeyDown: (event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          openAt(event.key === "ArrowUp" ? "last" : "first");
        },
      })}
      <div
        ref={popover}
        popover="manual"
        className="fixed inset-auto m-0 max-w-[min(20rem,calc(100vw-1rem))] min-w-44 overflow-y-auto rounded-[0.5625rem] border border-line bg-raised p-1 text-ink shadow-float"
      >
        {open && (
          <>
            {heading}
            <ChooseContext
              value={(then) => {
                close();
                then();
              }}
            >
              <div
                role="menu"
                id={`${id}-menu`}
                aria-labelledby={id}
                tabIndex={-1}
                onKeyDown={onKeyDown}
                className="outline-none"
              >
                {children}
              </div>
            </ChooseContext>
          </>
        )}
      </div>
    </>
  );
}

interface MenuItemProps {
  readonly icon?: ReactNode;
  readonly danger?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

export function MenuItem({ icon, danger = false, onSelect, children }: MenuItemProps): ReactElement {
  const choose = use(ChooseContext);
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={classNames(ITEM, danger ? "text-rust focus:bg-rust-wash" : "[&_svg]:text-faint")}
      onPointerMove={(event) => event.currentTarget.focus({ preventScroll: true })}
      onClick={() => choose(onSelect)}
    >
      {icon}
      {children}
    </button>
  );
}

interface MenuChoiceProps {
  readonly checked: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

export function MenuChoice({ checked, onSelect, children }: MenuChoiceProps): ReactElement {
  const choose = use(ChooseContext);
  return (
    <button
      type="button"
      role="menuitemradio"
      aria-checked={checked}
      tabIndex={-1}
      className={ITEM}
      onPointerMove={(event) => event.currentTarget.focus({ preventScroll: true })}
      onClick={() => choose(onSelect)}
    >
      <span className="grid size-4 shrink-0 place-items-center text-mint">
        {checked && <Check aria-hidden="true" />}
      </span>
      {children}
    </button>
  );
}

export function MenuSeparator(): ReactElement {
  return <hr className="mx-1 my-1 border-line" />;
}
