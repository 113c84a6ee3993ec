// The command palette: one field that leads to every page, organization, token and common action. It is a combobox in
// a dialog. The focus stays in the field, and screen readers announce the highlighted entry.
import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import {
  BookOpen,
  Building2,
  Fingerprint,
  Keyboard,
  LogOut,
  type LucideIcon,
  Monitor,
  Moon,
  Plus,
  Search,
  Sun,
  X,
} from "lucide-react";
import { createElement, type ReactElement, useDeferredValue, useMemo, useRef, useState } from "react";
import { tokensQuery } from "../../api/token.ts";
import { useDirectoryHost } from "../../session/host.tsx";
import { useOrganizations, useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Keys } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/button.tsx";
import { openDocumentation, useSignOut, useSwitchOrganization } from "../frame-actions.ts";
import { NAVIGATION_ICONS } from "../side-navigation.tsx";
import { applyTheme } from "../theme.ts";
import {
  type Command,
  type CommandGroup,
  type CommandItem,
  commandsFor,
  findCommands,
  findTokens,
} from "./commands.ts";
import type { Overlay } from "./keyboard.tsx";
import { endTypingAhead } from "./use-shortcuts.ts";

interface CommandPaletteProps {
  readonly onClose: () => void;
  readonly onOverlay: (overlay: Overlay) => void;
}

export function CommandPalette({ onClose, onOverlay }: CommandPaletteProps): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  const opener = useRef(document.activeElement);
  const left = useRef(false);
  const run = useRunCommand(onOverlay);
  function choose({ command }: CommandItem): void {
    // A new page or dialog takes the focus itself; anything else gives it back.
    left.current = command.kind !== "theme" && command.kind !== "organization";
    onClose();
    run(command);
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop data-veil="" className="fixed inset-0 z-40 bg-veil" />
        <Dialog.Viewport className="fixed inset-0 z-40 flex items-start justify-center px-3 pt-[min(12vh,7rem)] pb-3">
          <Dialog.Popup
            aria-label="Command palette"
            initialFocus={field}
            finalFocus={() => !left.current && (opener.current instanceof HTMLElement ? opener.current : true)}
            className="flex max-h-[min(30rem,calc(100dvh-5rem))] w-full max-w-[36rem] flex-col overflow-hidden rounded-panel border border-line bg-raised shadow-float outline-none"
          >
            <Palette field={field} onChoose={choose} />
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface PaletteProps {
  readonly field: React.RefObject<HTMLInputElement | null>;
  readonly onChoose: (item: CommandItem) => void;
}

function useCommands(organizations: ReturnType<typeof useOrganizations>): ReturnType<typeof commandsFor> {
  const session = useSession();
  const mayCreate = useDirectoryHost() === null;
  return useMemo(() => commandsFor(session, organizations, mayCreate), [session, organizations, mayCreate]);
}

function Palette({ field, onChoose }: PaletteProps): ReactElement {
  const organizations = useOrganizations();
  const commands = useCommands(organizations);
  // Never put this text into an address or a store: people paste whole secrets to find their token.
  const [typed, setTyped] = useState("");
  const words = useDeferredValue(typed);
  const tokens = useQuery({ ...tokensQuery, staleTime: 30_000 });
  const groups = useMemo(
    () => findCommands([...commands, ...findTokens(tokens.data?.items ?? [], words)], words),
    [commands, tokens.data, words],
  );
  const count = groups.reduce((sum, { items }) => sum + items.length, 0);
  return (
    <Autocomplete.Root
      open
      inline
      items={groups}
      filter={null}
      value={typed}
      // Choosing an entry would put its words into the field.
      onValueChange={(value, { reason }) => reason !== "item-press" && setTyped(value)}
      itemToStringValue={({ label }: CommandItem) => label}
      autoHighlight="always"
      keepHighlight
    >
      <div className="flex items-center gap-2.5 border-b border-line pr-2 pl-4">
        <Search className="size-4 shrink-0 text-faint" aria-hidden="true" />
        <Autocomplete.Input
          ref={field}
          onFocus={() => setTyped(`${endTypingAhead()}${typed}`)}
          aria-label="Search pages, actions and your tokens"
          placeholder="Go to a page, find a token…"
          autoComplete="off"
          spellCheck={false}
          className="h-12 min-w-0 grow bg-transparent text-base outline-none placeholder:text-faint sm:text-sm"
        />
        <Dialog.Close
          render={
            <IconButton label="Close" size="small">
              <X aria-hidden="true" />
            </IconButton>
          }
        />
      </div>
      <output className="sr-only">{count === 1 ? "1 entry." : `${count} entries.`}</output>
      {count === 0 && (
        <p className="px-4 py-8 text-center text-soft">
          {tokens.isPending ? "Looking through your tokens…" : "No page, action or token has this name."}
        </p>
      )}
      <Autocomplete.List
        aria-label="Commands"
        className="min-h-0 overflow-y-auto overscroll-contain p-1.5 data-empty:hidden"
      >
        {(group: CommandGroup) => <PaletteGroup key={group.label} group={group} onChoose={onChoose} />}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}

interface PaletteGroupProps {
  readonly group: CommandGroup;
  readonly onChoose: (item: CommandItem) => void;
}

function PaletteGroup({ group, onChoose }: PaletteGroupProps): ReactElement {
  return (
    <Autocomplete.Group items={[...group.items]} className="not-first:mt-1.5">
      <Autocomplete.GroupLabel className="truncate px-2.5 pt-1.5 pb-1 text-xs font-medium text-faint">
        <bdi>{group.label}</bdi>
      </Autocomplete.GroupLabel>
      <Autocomplete.Collection>
        {(item: CommandItem) => (
          <Autocomplete.Item
            key={item.id}
            value={item}
            onClick={() => onChoose(item)}
            className="flex min-h-9 cursor-pointer scroll-my-1.5 items-center gap-2.5 rounded-control px-2.5 py-1.5 data-highlighted:bg-ink/7 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-faint forced-colors:data-highlighted:outline-2"
          >
            <CommandIcon command={item.command} />
            <bdi className="min-w-0 truncate">{item.label}</bdi>
            {item.note && <bdi className="min-w-0 shrink-2 truncate text-[0.8125rem] text-soft">{item.note}</bdi>}
            {item.keys && (
              <span className="ml-auto hidden sm:block" aria-hidden="true">
                <Keys keys={item.keys} />
              </span>
            )}
          </Autocomplete.Item>
        )}
      </Autocomplete.Collection>
    </Autocomplete.Group>
  );
}

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon };

const ICONS: Record<Exclude<Command["kind"], "page" | "theme">, LucideIcon> = {
  organization: Building2,
  token: Fingerprint,
  "new-token": Plus,
  "new-organization": Plus,
  shortcuts: Keyboard,
  documentation: BookOpen,
  "sign-out": LogOut,
};

export function CommandIcon({ command }: { readonly command: Command }): ReactElement {
  return createElement(iconOf(command), { "aria-hidden": true });
}

function iconOf(command: Command): LucideIcon {
  if (command.kind === "page") return NAVIGATION_ICONS[command.icon];
  return command.kind === "theme" ? THEME_ICONS[command.theme] : ICONS[command.kind];
}

/** Runs the command that was chosen in the palette. */
export function useRunCommand(onOverlay: (overlay: Overlay) => void): (command: Command) => void {
  const navigate = useNavigate();
  const router = useRouter();
  const switchTo = useSwitchOrganization();
  const signOut = useSignOut();
  const announce = useAnnounce();
  return (command) => {
    switch (command.kind) {
      case "page":
        return void navigate({ to: command.to });
      case "new-token":
        return void navigate({ to: "/settings/tokens/new" });
      case "token":
        return router.history.push(`/settings/tokens/${command.tokenId}`);
      case "organization":
        return void switchTo(command.organizationId);
      case "theme":
        applyTheme(command.theme);
        return announce(`The ${command.theme} theme is on.`, { spokenOnly: true });
      case "new-organization":
      case "shortcuts":
        return onOverlay(command.kind);
      case "documentation":
        return openDocumentation();
      case "sign-out":
        return void signOut();
    }
  };
}
