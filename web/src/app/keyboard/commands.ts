// The commands of the palette, and the search for them, without a browser.
import type { OrganizationMembership, PersonalAccessToken, Session } from "../../api/types.ts";
import { matchesSearch } from "../../features/token/token-standing.ts";
import { isolated } from "../../ui/text.ts";
import { navigationFor, type NavigationIcon, type NavigationPath } from "../navigation.ts";
import { type Theme, THEMES } from "../theme.ts";

export type Command =
  | { readonly kind: "page"; readonly to: NavigationPath; readonly icon: NavigationIcon }
  | { readonly kind: "organization"; readonly organizationId: string }
  | { readonly kind: "token"; readonly tokenId: string }
  | { readonly kind: "theme"; readonly theme: Theme }
  | { readonly kind: "new-token" }
  | { readonly kind: "new-organization" }
  | { readonly kind: "shortcuts" }
  | { readonly kind: "documentation" }
  | { readonly kind: "sign-out" };

export interface CommandItem {
  readonly id: string;
  readonly label: string;
  /** Shown beside the label and searched too, such as the prefix of a token. */
  readonly note?: string;
  readonly words?: string;
  /** Keys with the same effect, one after the other. */
  readonly keys?: readonly string[];
  readonly command: Command;
}

export interface CommandGroup {
  readonly label: string;
  readonly items: readonly CommandItem[];
}

const THEME_LABELS: Record<Theme, string> = { system: "System theme", light: "Light theme", dark: "Dark theme" };
/** A longer search text narrows the list to fewer tokens. */
const MOST_TOKENS = 8;

/** All commands that the person may run, before any text is typed. */
export function commandsFor(
  session: Session,
  organizations: readonly OrganizationMembership[] = session.organizations,
): CommandGroup[] {
  const others = organizations.filter(({ id }) => id !== session.organization.id);
  return [
    { label: "Actions", items: actions() },
    ...navigationFor(session).map(({ label, items }) => ({
      label,
      items: items.map(({ to, label: page, icon, key, words }): CommandItem => ({
        id: to,
        label: page,
        words: `${label} ${words ?? ""}`,
        keys: ["g", key],
        command: { kind: "page", to, icon },
      })),
    })),
    {
      label: "Switch organization",
      items: others.map(({ id, name, personal, role, state }): CommandItem => ({
        id,
        label: name,
        note: state === "suspended" ? "suspended" : personal ? "only you" : role,
        words: "switch to organization",
        command: { kind: "organization", organizationId: id },
      })),
    },
    { label: "Appearance", items: THEMES.map(themeItem) },
  ].filter(({ items }) => items.length > 0);
}

function actions(): CommandItem[] {
  return [
    {
      id: "new-token",
      label: "New token",
      words: "create mint make personal access",
      keys: ["n"],
      command: { kind: "new-token" },
    },
    {
      id: "new-organization",
      label: "Create organization",
      words: "new team",
      command: { kind: "new-organization" },
    },
    {
      id: "shortcuts",
      label: "Keyboard shortcuts",
      words: "keys help hotkeys",
      keys: ["?"],
      command: { kind: "shortcuts" },
    },
    {
      id: "documentation",
      label: "Documentation",
      words: "docs help guides manual api reference",
      command: { kind: "documentation" },
    },
    { id: "sign-out", label: "Sign out", words: "log out leave session", command: { kind: "sign-out" } },
  ];
}

function themeItem(theme: Theme): CommandItem {
  return {
    id: `theme-${theme}`,
    label: THEME_LABELS[theme],
    words: "colour color mode appearance",
    command: { kind: "theme", theme },
  };
}

/** The commands that match the text. Groups keep their order, and matches at the beginning come first in each. */
export function findCommands(groups: readonly CommandGroup[], typed: string): CommandGroup[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...groups];
  return groups.flatMap(({ label, items }) => {
    const found = items.filter((item) => words.every((word) => textOf(item).includes(word)));
    const [first = ""] = words;
    const rank = (item: CommandItem): number => (item.label.toLowerCase().startsWith(first) ? 0 : 1);
    return found.length === 0 ? [] : [{ label, items: found.toSorted((one, other) => rank(one) - rank(other)) }];
  });
}

function textOf({ label, note, words }: CommandItem): string {
  return `${label} ${note ?? ""} ${words ?? ""}`.toLowerCase();
}

/** The person's tokens that match the text. A whole secret finds its token by the shown prefix. */
export function findTokens(tokens: readonly PersonalAccessToken[], typed: string): CommandGroup[] {
  if (typed.trim().length < 2) return [];
  const items = tokens
    .filter((token) => matchesSearch(token, typed))
    .slice(0, MOST_TOKENS)
    .map(({ id, name, prefix, organization }): CommandItem => ({
      id,
      label: name,
      note: `${prefix}… in ${isolated(organization.name)}`,
      command: { kind: "token", tokenId: id },
    }));
  return items.length === 0 ? [] : [{ label: "Your tokens", items }];
}
