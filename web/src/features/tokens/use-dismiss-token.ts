import { useQueryClient } from "@tanstack/react-query";
import { toProblem } from "../../api/problem.ts";
import { dismissToken, tokensQuery } from "../../api/tokens.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { focusHeading } from "../../credential/focus-heading.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { useAction } from "../../ui/use-action.ts";
import { isolated } from "../../ui/isolated.ts";

interface DismissToken {
  readonly pending: boolean;
  readonly dismiss: (token: PersonalAccessToken) => Promise<void>;
}

/** Takes a token that is over out of the list. Its record stays. */
export function useDismissToken(): DismissToken {
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  async function dismiss(token: PersonalAccessToken): Promise<void> {
    await action.run(async () => {
      try {
        await dismissToken(token.id);
      } catch (error) {
        announce(`“${isolated(token.name)}” is still listed. ${toProblem(error).detail}`, { failed: true });
        return;
      }
      focusHeading();
      await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
      announce(`Dismissed “${isolated(token.name)}”.`);
    });
  }
  return { pending: action.pending, dismiss };
}
