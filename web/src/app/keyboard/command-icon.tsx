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
  Sun,
} from "lucide-react";
import { createElement, type ReactElement } from "react";
import { NAVIGATION_ICONS } from "../navigation-icons.ts";
import type { Command } from "./commands.ts";

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
