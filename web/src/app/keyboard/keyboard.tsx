// Keyboard shortcuts, and the command palette and list of shortcuts that they open. The code of both is loaded when
// they are opened. The rules are in shortcuts.ts and commands.ts.
import { useNavigate } from "@tanstack/react-router";
import { Search } from "lucide-react";
import {
  createContext,
  lazy,
  type ReactElement,
  type ReactNode,
  Suspense,
  use,
  useCallback,
  useMemo,
  useState,
} from "react";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Keys } from "../../ui/badge.tsx";
import { useSwitchOrganization } from "../frame-actions.ts";
import { CreateOrganizationDialog } from "../organization-menu.tsx";
import type { ShortcutAction } from "./shortcuts.ts";
import { endTypingAhead, PALETTE_KEYS, startTypingAhead, useShortcuts } from "./use-shortcuts.ts";

const loadPalette = () => import("./command-palette.tsx");
const loadShortcuts = () => import("./shortcuts-dialog.tsx");
const CommandPalette = lazy(async () => ({ default: (await loadPalette()).CommandPalette }));
const ShortcutsDialog = lazy(async () => ({ default: (await loadShortcuts()).ShortcutsDialog }));

export type Overlay = "palette" | "shortcuts" | "new-organization";

const OverlayContext = createContext<(overlay: Overlay) => void>(() => undefined);

/** Opens the command palette, the list of shortcuts, or the form for a new organization. */
export function useOverlay(): (overlay: Overlay) => void {
  return use(OverlayContext);
}

export function KeyboardProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const announce = useAnnounce();
  const switchTo = useSwitchOrganization();
  const close = useCallback(() => setOverlay(null), []);
  const open = useCallback(
    async (next: Overlay): Promise<void> => {
      try {
        // Load it here and not during rendering: a failure to load must not replace the page.
        if (next === "palette") {
          startTypingAhead();
          await loadPalette();
        }
        if (next === "shortcuts") await loadShortcuts();
        setOverlay(next);
      } catch {
        endTypingAhead();
        announce("This could not be loaded. Check your connection, or reload the page.", { failed: true });
      }
    },
    [announce],
  );
  const value = useMemo(() => (next: Overlay) => void open(next), [open]);
  useShortcuts(useAct(value));
  return (
    <OverlayContext value={value}>
      {children}
      <Suspense>
        {overlay === "palette" && <CommandPalette onClose={close} onOverlay={value} />}
        {overlay === "shortcuts" && <ShortcutsDialog onClose={close} />}
      </Suspense>
      <CreateOrganizationDialog
        open={overlay === "new-organization"}
        onClose={close}
        onCreated={(id) => {
          close();
          void switchTo(id);
        }}
      />
    </OverlayContext>
  );
}

function useAct(open: (overlay: Overlay) => void): (action: ShortcutAction) => void {
  const navigate = useNavigate();
  return (action) => {
    if (action.kind === "palette") open("palette");
    else if (action.kind === "help") open("shortcuts");
    else if (action.kind === "new-token") void navigate({ to: "/settings/tokens/new" });
    else if (action.kind === "page") void navigate({ to: action.to });
    else if (!focusSearch()) open("palette");
  };
}

/** Focuses the page's search field. Returns whether there is one. */
function focusSearch(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement>("main input[type=search]");
  const field = [...fields].find((one) => one.checkVisibility());
  field?.focus();
  field?.select();
  return field !== undefined;
}

/** Looks like a search field and opens the command palette. */
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
