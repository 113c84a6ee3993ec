// What revoking an API key asks first, and then does.
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { apiKeysKey, revokeApiKey } from "../../api/api-key.ts";
import type { ApiKey } from "../../api/types.ts";
import { useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import type { Confirmation } from "../../ui/dialog.tsx";
import { isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";

interface KeyRevocation {
  readonly confirmation: Confirmation | null;
  readonly ask: (key: ApiKey) => void;
  readonly close: () => void;
}

export function useKeyRevocation(onRevoked?: () => void): KeyRevocation {
  const { organization } = useSession();
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  function ask(key: ApiKey): void {
    setConfirmation({
      title: `Revoke “${isolated(key.name)}”?`,
      confirmLabel: "Revoke API key",
      body: <WhatEnds apiKey={key} />,
      work: async () => {
        await revokeApiKey(organization.id, key.id);
        await queryClient.invalidateQueries({ queryKey: apiKeysKey(organization.id) });
        onRevoked?.();
        announce(`“${isolated(key.name)}” is revoked. From now on it is refused everywhere.`);
      },
    });
  }
  return { confirmation, ask, close: () => setConfirmation(null) };
}

function WhatEnds({ apiKey }: { readonly apiKey: ApiKey }): ReactElement {
  return (
    <>
      <p>
        <span className="font-mono text-[0.8125rem] text-ink">{apiKey.prefix}…</span>,{" "}
        <strong className="font-semibold text-ink">
          {apiKey.lastUsedAt ? (
            <>
              last used <Time at={apiKey.lastUsedAt} />
            </>
          ) : (
            "never used"
          )}
        </strong>
        .
      </p>
      <p>Whatever uses it stops working at once. A revoked key never comes back.</p>
    </>
  );
}
