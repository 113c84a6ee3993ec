import { Monitor, Moon, Sun } from "lucide-react";
import { type ReactElement, useState } from "react";
import { IconButton } from "../ui/button.tsx";
import { Menu, MenuChoice, MenuChoices } from "../ui/menu.tsx";
import { applyTheme, currentTheme, parseTheme, type Theme } from "./theme.ts";

const ICONS = { system: Monitor, light: Sun, dark: Moon };
const LABELS: Record<Theme, string> = { system: "System", light: "Light", dark: "Dark" };

export function ThemeMenu(): ReactElement {
  const [theme, setTheme] = useState(currentTheme);
  const Icon = ICONS[theme];
  return (
    <Menu
      trigger={
        <IconButton label={`Theme: ${LABELS[theme]}`}>
          <Icon aria-hidden="true" />
        </IconButton>
      }
    >
      <MenuChoices
        label="Theme"
        value={theme}
        onChange={(value) => {
          const next = parseTheme(value);
          applyTheme(next);
          setTheme(next);
        }}
      >
        <MenuChoice value="system">System</MenuChoice>
        <MenuChoice value="light">Light</MenuChoice>
        <MenuChoice value="dark">Dark</MenuChoice>
      </MenuChoices>
    </Menu>
  );
}
