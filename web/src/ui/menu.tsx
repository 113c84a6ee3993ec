// Menus of actions and of choices, with the keyboard of the platform.
import { Menu as BaseMenu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";

interface MenuProps {
  readonly trigger: ReactElement;
  readonly align?: "start" | "end";
  readonly children: ReactNode;
}

const ITEM =
  "flex min-h-8 items-center gap-2 rounded-[0.3125rem] px-2 py-1.5 outline-none select-none data-disabled:opacity-50 data-highlighted:bg-sunken [&_svg]:size-4 [&_svg]:shrink-0";

export function Menu({ trigger, align = "end", children }: MenuProps): ReactElement {
  return (
    <BaseMenu.Root modal={false}>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner align={align} sideOffset={6} collisionPadding={8} className="z-40 outline-none">
          <BaseMenu.Popup className="max-h-[min(26rem,var(--available-height))] max-w-[min(20rem,calc(100vw-1rem))] min-w-44 overflow-y-auto rounded-[0.5625rem] border border-line bg-raised p-1 shadow-float outline-none transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0">
            {children}
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
  return (
    <BaseMenu.Item
      className={classNames(ITEM, danger ? "text-rust data-highlighted:bg-rust-wash" : "[&_svg]:text-faint")}
      onClick={onSelect}
    >
      {icon}
      {children}
    </BaseMenu.Item>
  );
}

/** An item that leads to another page. `render` is the router's link. */
export function MenuLink({
  icon,
  render,
  children,
}: {
  readonly icon?: ReactNode;
  readonly render: ReactElement;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <BaseMenu.LinkItem className={classNames(ITEM, "[&_svg]:text-faint")} render={render} closeOnClick>
      {icon}
      {children}
    </BaseMenu.LinkItem>
  );
}

interface MenuChoicesProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ReactNode;
}

export function MenuChoices({ label, value, onChange, children }: MenuChoicesProps): ReactElement {
  return (
    <BaseMenu.RadioGroup value={value} onValueChange={(next: string) => onChange(next)} aria-label={label}>
      {children}
    </BaseMenu.RadioGroup>
  );
}

export function MenuChoice({
  value,
  children,
}: {
  readonly value: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <BaseMenu.RadioItem value={value} className={ITEM} closeOnClick>
      <span className="grid size-4 shrink-0 place-items-center text-mint">
        <BaseMenu.RadioItemIndicator>
          <Check aria-hidden="true" />
        </BaseMenu.RadioItemIndicator>
      </span>
      {children}
    </BaseMenu.RadioItem>
  );
}

export function MenuSeparator(): ReactElement {
  return <BaseMenu.Separator className="mx-1 my-1 h-px bg-line" />;
}
