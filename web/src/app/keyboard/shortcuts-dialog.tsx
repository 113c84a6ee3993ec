// All shortcuts, and the switch for shortcuts of one letter.
import { type ReactElement, type ReactNode, useSyncExternalStore } from "react";
import { useSession } from "../../session/use-session.ts";
import { Keys } from "../../ui/badge.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Choice } from "../../ui/field.tsx";
import { navigationFor } from "../navigation.ts";
import { lettersAreOn, PALETTE_KEYS, subscribeToLetters, switchLetters } from "./use-shortcuts.ts";

export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const letters = useSyncExternalStore(subscribeToLetters, lettersAreOn);
  const groups = navigationFor(useSession());
  return (
    <Dialog open onClose={onClose} title="Keyboard shortcuts" wide>
      <Choice
        label="Shortcuts of one letter"
        hint="When off, only the command palette keeps its shortcut. This browser remembers the setting."
        checked={letters}
        onChange={(event) => switchLetters(event.currentTarget.checked)}
      />
      <div className="mt-4 grid gap-x-8 gap-y-5 sm:grid-cols-2">
        <Group label="Anywhere">
          <Shortcut label="Command palette">
            <Keys keys={PALETTE_KEYS} together />
          </Shortcut>
          <Shortcut label="Search this page" off={!letters}>
            <Keys keys={["/"]} />
          </Shortcut>
          <Shortcut label="New token" off={!letters}>
            <Keys keys={["n"]} />
          </Shortcut>
          <Shortcut label="This list" off={!letters}>
            <Keys keys={["?"]} />
          </Shortcut>
        </Group>
        {groups.map((group) => (
          <Group key={group.label} label={group.label}>
            {group.items.map(({ to, label, key }) => (
              <Shortcut key={to} label={label} off={!letters}>
                <Keys keys={["g", key]} />
              </Shortcut>
            ))}
          </Group>
        ))}
      </div>
    </Dialog>
  );
}

function Group({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className="grid min-w-0 content-start gap-1">
      <h3 className="truncate text-xs font-medium text-faint">
        <bdi>{label}</bdi>
      </h3>
      <dl className="divide-y divide-line">{children}</dl>
    </section>
  );
}

interface ShortcutProps {
  readonly label: string;
  readonly off?: boolean;
  readonly children: ReactNode;
}

function Shortcut({ label, off = false, children }: ShortcutProps): ReactElement {
  return (
    <div className="flex items-center justify-between gap-3 py-1.5">
      <dt className={off ? "text-faint line-through" : ""}>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
