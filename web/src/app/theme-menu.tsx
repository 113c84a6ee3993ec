import { Monitor, Moon, Sun } from "lucide-react";
import { type ReactElement, useSyncExternalStore } from "react";
import { IconButton } from "../ui/button.tsx";
import { Menu, MenuChoices } from "../ui/menu.tsx";
import { applyTheme, currentTheme, subscribeToTheme, type Theme, THEMES } from "./theme.ts";

const ICONS = { system: Monitor, light: Sun, dark: Moon };
const LABELS: Record<Theme, string> = { system: "System", light: "Light", dark: "Dark" };

export function ThemeMenu(): ReactElement {
  const theme = useSyncExternalStore(subscribeToTheme, currentTheme);
  const Icon = ICONS[theme];
  return (
    <Menu
      button={
        <IconButton label={`Theme: ${LABELS[theme]}`}>
          <Icon aria-hidden="true" />
        </IconButton>
      }
    >
      <MenuChoices
        chosen={theme}
        onChoose={applyTheme}
        choices={THEMES.map((value) => ({ value, label: LABELS[value] }))}
      />
    </Menu>
  );
}
