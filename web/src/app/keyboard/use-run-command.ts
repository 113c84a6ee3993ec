import { useNavigate, useRouter } from "@tanstack/react-router";
import { useAnnounce } from "../../ui/announcer.tsx";
import { applyTheme } from "../theme.ts";
import { openDocumentation } from "../open-documentation.ts";
import { useSignOut } from "../use-sign-out.ts";
import { useSwitchOrganization } from "../use-switch-organization.ts";
import type { Command } from "./commands.ts";
import type { Overlay } from "./keyboard.tsx";

/** Does what was chosen in the palette. */
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
