// Maps key presses to actions, without a browser. Shortcuts of one letter can be switched off (WCAG 2.1.4), because
// speech input and shaking hands press unintended keys. Ctrl K and ⌘ K stay, since they need a second key.
import type { NavigationGroup, NavigationPath } from "../navigation.ts";

export type ShortcutAction =
  | { readonly kind: "palette" }
  | { readonly kind: "help" }
  | { readonly kind: "search" }
  | { readonly kind: "new-token" }
  | { readonly kind: "page"; readonly to: NavigationPath };

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

/** The state of the page when the key is pressed. */
export interface KeyboardState {
  /** The focus is in a text field, which takes the key. */
  readonly typing: boolean;
  /** A dialog or a menu is open and takes the key. */
  readonly covered: boolean;
  /** Shortcuts of one letter are switched on. */
  readonly letters: boolean;
  readonly mac: boolean;
  /** When `g` was pressed last; `null` when another key came after it. */
  readonly leaderAt: number | null;
}

/** How long `g` waits for the key of a page. */
const LEADER_MS = 1500;

interface Outcome {
  readonly action: ShortcutAction | null;
  readonly leaderAt: number | null;
}

const NOTHING: Outcome = { action: null, leaderAt: null };

/** Returns the action of the key, and when `g` was pressed if the key of a page may follow. */
export function press(key: KeyPress, state: KeyboardState, pages: readonly NavigationGroup[], now: number): Outcome {
  if (state.covered || key.repeat) return NOTHING;
  if (isPaletteKey(key, state.mac)) return { action: { kind: "palette" }, leaderAt: null };
  if (state.typing || !state.letters || key.ctrlKey || key.metaKey || key.altKey) return NOTHING;
  if (state.leaderAt !== null && now - state.leaderAt <= LEADER_MS) {
    const page = pages.flatMap(({ items }) => items).find((item) => item.key === key.key.toLowerCase());
    if (page !== undefined) return { action: { kind: "page", to: page.to }, leaderAt: null };
  }
  switch (key.key) {
    case "g":
      return { action: null, leaderAt: now };
    case "n":
      return { action: { kind: "new-token" }, leaderAt: null };
    case "/":
      return { action: { kind: "search" }, leaderAt: null };
    case "?":
      return { action: { kind: "help" }, leaderAt: null };
    default:
      return NOTHING;
  }
}

/** On a Mac only ⌘ K opens the palette: Ctrl K deletes to the end of the line in every text field. */
function isPaletteKey({ key, ctrlKey, metaKey, altKey }: KeyPress, mac: boolean): boolean {
  return key.toLowerCase() === "k" && !altKey && (mac ? metaKey && !ctrlKey : ctrlKey && !metaKey);
}
