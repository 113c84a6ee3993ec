import { Search } from "lucide-react";
import type { ReactElement } from "react";
import { Keys } from "../../ui/keys.tsx";
import { useOverlay } from "./keyboard.tsx";
import { PALETTE_KEYS } from "./use-shortcuts.ts";

/** A search field to look at, and the command palette once it is clicked. */
export function PaletteButton(): ReactElement {
  const open = useOverlay();
  return (
    <button
      type="button"
      aria-keyshortcuts="Control+K Meta+K"
      aria-haspopup="dialog"
      title="Command palette"
      onClick={() => open("palette")}
      className="flex h-9 min-w-9 items-center justify-center gap-2 rounded-control border border-transparent text-soft hover:bg-sunken hover:text-ink md:mr-1 md:h-8 md:w-60 md:justify-start md:border-control/60 md:bg-surface md:px-2.5 md:hover:border-control"
    >
      <Search className="size-4 shrink-0 md:text-faint" aria-hidden="true" />
      <span className="sr-only grow text-left text-[0.8125rem] md:not-sr-only">Search or go to…</span>
      <span className="hidden md:block" aria-hidden="true">
        <Keys keys={PALETTE_KEYS} together />
      </span>
    </button>
  );
}
