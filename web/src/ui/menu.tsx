// Menus of actions and of choices, opened by a button.
import { Menu as BaseMenu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import { createContext, type ReactElement, type ReactNode, use, useRef } from "react";
import { classNames } from "./class-names.ts";

interface MenuProps {
  /** The button that opens the menu. */
  readonly button: ReactElement;
  readonly align?: "start" | "end";
  /** Stands above the items and is none of them. */
  readonly heading?: ReactNode;
  readonly children: ReactNode;
}

/** Runs the action when the menu has closed and its button has the focus again, to which a dialog then returns it. */
type Choose = (action: () => void) => void;

const ChooseContext = createContext<Choose>((action) => action());

const ITEM =
  "flex min-h-8 w-full cursor-default items-center gap-2 rounded-[0.3125rem] px-2 py-1.5 text-left outline-none select-none data-highlighted:bg-ink/7 [&_svg]:size-4 [&_svg]:shrink-0 forced-colors:data-highlighted:outline-2";

export function Menu({ button, align = "end", heading, children }: MenuProps): ReactElement {
  const trigger = useRef<HTMLButtonElement>(null);
  const chosen = useRef<(() => void) | null>(null);
  return (
    <BaseMenu.Root
      modal={false}
      onOpenChangeComplete={(open) => {
        const action = chosen.current;
        if (open || action === null) return;
        chosen.current = null;
        trigger.current?.focus({ preventScroll: true });
        action();
      }}
    >
      <BaseMenu.Trigger ref={trigger} render={button} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner align={align} sideOffset={6} collisionPadding={8} className="z-50">
          {/* Focusable, so that the keyboard scrolls a long menu that a click has opened. */}
          <BaseMenu.Popup
            tabIndex={0}
            className="max-h-(--available-height) max-w-[min(20rem,calc(100vw-1rem))] min-w-44 overflow-y-auto rounded-[0.5625rem] border border-line bg-raised p-1 text-ink shadow-float outline-none"
          >
            <ChooseContext value={(action) => (chosen.current = action)}>
              <BaseMenu.Group>
                {heading && <BaseMenu.GroupLabel render={<div />}>{heading}</BaseMenu.GroupLabel>}
                {children}
              </BaseMenu.Group>
            </ChooseContext>
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
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
    <BaseMenu.Item
      className={classNames(ITEM, danger ? "text-rust data-highlighted:bg-rust-wash" : "[&_svg]:text-faint")}
      onClick={() => choose(onSelect)}
    >
      {icon}
      {children}
    </BaseMenu.Item>
  );
}

interface MenuChoicesProps<Value extends string> {
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
  readonly choices: readonly { readonly value: Value; readonly label: ReactNode }[];
}

/** Items of which one is chosen. */
export function MenuChoices<Value extends string>(props: MenuChoicesProps<Value>): ReactElement {
  const { chosen, onChoose, choices } = props;
  const choose = use(ChooseContext);
  return (
    <BaseMenu.RadioGroup value={chosen} onValueChange={(value: Value) => choose(() => onChoose(value))}>
      {choices.map(({ value, label }) => (
        <BaseMenu.RadioItem key={value} value={value} closeOnClick className={ITEM}>
          <span className="grid size-4 shrink-0 place-items-center text-mint">
            {value === chosen && <Check aria-hidden="true" />}
          </span>
          {label}
        </BaseMenu.RadioItem>
      ))}
    </BaseMenu.RadioGroup>
  );
}

export function MenuSeparator(): ReactElement {
  return <BaseMenu.Separator className="mx-1 my-1 border-t border-line" />;
}
