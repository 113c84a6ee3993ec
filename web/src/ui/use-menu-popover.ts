// Shows a menu's popover beside its button, keeps it there, and closes it when the person turns elsewhere.
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { placeMenu } from "./menu-place.ts";

interface MenuPopover {
  readonly open: boolean;
  readonly align: "start" | "end";
  readonly button: RefObject<HTMLButtonElement | null>;
  /** Which item takes the focus. */
  readonly startAt: RefObject<"first" | "last">;
  readonly onClose: () => void;
}

export function useMenuPopover({
  open,
  align,
  button,
  startAt,
  onClose,
}: MenuPopover): RefObject<HTMLDivElement | null> {
  const popover = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });

  // Before the first paint: the menu must not be seen at another place first.
  useLayoutEffect(() => {
    const menu = popover.current;
    const anchor = button.current;
    if (!open || menu === null || anchor === null) return undefined;
    const keepInPlace = (): void => place(menu, anchor, align);
    const closeOutside = ({ target }: Event): void => {
      if (target instanceof Node && !menu.contains(target) && !anchor.contains(target)) close.current();
    };
    menu.showPopover();
    keepInPlace();
    const items = menu.querySelectorAll<HTMLElement>("[role^=menuitem]");
    const checked = menu.querySelector<HTMLElement>("[aria-checked=true]");
    (startAt.current === "last" ? items[items.length - 1] : (checked ?? items[0]))?.focus({ preventScroll: true });
    window.addEventListener("scroll", keepInPlace, { capture: true, passive: true });
    window.addEventListener("resize", keepInPlace);
    document.addEventListener("pointerdown", closeOutside);
    document.addEventListener("focusin", closeOutside);
    return () => {
      window.removeEventListener("scroll", keepInPlace, { capture: true });
      window.removeEventListener("resize", keepInPlace);
      document.removeEventListener("pointerdown", closeOutside);
      document.removeEventListener("focusin", closeOutside);
      menu.hidePopover();
    };
  }, [open, align, button, startAt]);

  return popover;
}

function place(menu: HTMLElement, anchor: HTMLElement, align: "start" | "end"): void {
  menu.style.maxHeight = "";
  const view = { width: document.documentElement.clientWidth, height: window.innerHeight };
  const { top, left, maxHeight } = placeMenu(anchor.getBoundingClientRect(), menu.getBoundingClientRect(), view, align);
  menu.style.top = `${top}px`;
  menu.style.left = `${left}px`;
  menu.style.maxHeight = `${maxHeight}px`;
}
