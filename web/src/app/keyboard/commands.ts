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
  mayCreate = true,
): CommandGroup[] {
  const others = organizations.filter(({ id }) => id !== session.organization?.id);
  return [
    { label: "Actions", items: actions().filter(({ id }) => mayCreate || id !== "new-organization") },
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
      words: "create mint make generate add issue personal access pat api key secret",
      keys: ["n"],
      command: { kind: "new-token" },
    },
    {
      id: "new-organization",
      label: "Create organization",
      words: "new add team workspace",
      command: { kind: "new-organization" },
    },
    {
      id: "shortcuts",
      label: "Keyboard shortcuts",
      words: "keys keyboard help hotkeys",
      keys: ["?"],
      command: { kind: "shortcuts" },
    },
    {
      id: "documentation",
      label: "Documentation",
      words: "docs help guides manual api reference support",
      command: { kind: "documentation" },
    },
    {
      id: "sign-out",
      label: "Sign out",
      words: "log out logout signout exit leave end session",
      command: { kind: "sign-out" },
    },
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

/**
 * The entries that match the text, the best match first: in each group, and the groups by their best entry. Equal matches
 * keep their place. Tokens that were found by their own rule keep their place too, when the text is not in their label.
 */
export function findCommands(groups: readonly CommandGroup[], typed: string): CommandGroup[] {
  const words = wordsOf(typed);
  if (words.length === 0) return [...groups];
  const ranked = groups.flatMap(({ label, items }) => {
    const found = items.flatMap((item) => {
      const score = scoreOf(item, words);
      return score === 0 && item.command.kind !== "token" ? [] : [{ item, score }];
    });
    const sorted = found.toSorted((one, other) => other.score - one.score);
    const [best] = sorted;
    return best === undefined ? [] : [{ best: best.score, group: { label, items: sorted.map(({ item }) => item) } }];
  });
  return ranked.toSorted((one, other) => other.best - one.best).map(({ group }) => group);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** How well the entry matches: the mean of its words, 0 unless every word matches, more for the label as it is typed. */
function scoreOf({ label, note, words: more }: CommandItem, typed: readonly string[]): number {
  const ofLabel = wordsOf(label);
  const others = wordsOf(`${note ?? ""} ${more ?? ""}`);
  let sum = 0;
  for (const word of typed) {
    const score = Math.max(matchOf(word, ofLabel) * 2, matchOf(word, others));
    if (score === 0) return 0;
    sum += score;
  }
  const text = typed.join(" ");
  const isLabel = label.toLowerCase() === text ? 4 : label.toLowerCase().startsWith(text) ? 2 : 0;
  return sum / typed.length + isLabel;
}

/** 3 for the same word, also in the plural; 2 for the beginning of one; 1 for a part of one; 0 for none. */
function matchOf(typed: string, words: readonly string[]): number {
  const one = typed.length > 3 ? typed.replace(/s$/, "") : typed;
  if (words.some((word) => word === typed || word === one || word === `${one}s`)) return 3;
  if (words.some((word) => word.startsWith(one))) return 2;
  return words.some((word) => word.includes(one)) ? 1 : 0;
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
