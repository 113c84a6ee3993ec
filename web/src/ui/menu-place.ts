// Where a menu opens: below its button, above when there is more room there, inside the window always.

const GAP = 6;
const MARGIN = 8;

interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Place {
  readonly top: number;
  readonly left: number;
  readonly maxHeight: number;
}

export function placeMenu(button: Box, menu: Size, view: Size, align: "start" | "end"): Place {
  const below = view.height - button.bottom - GAP - MARGIN;
  const above = button.top - GAP - MARGIN;
  const opensUp = menu.height > below && above > below;
  const maxHeight = Math.max(opensUp ? above : below, 0);
  const height = Math.min(menu.height, maxHeight);
  const wanted = align === "start" ? button.left : button.right - menu.width;
  return {
    top: opensUp ? button.top - GAP - height : button.bottom + GAP,
    left: Math.max(MARGIN, Math.min(wanted, view.width - menu.width - MARGIN)),
    maxHeight,
  };
}
