// Revokes an API key after a question.
import { LastUse } from "../../credential/last-use.tsx";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement } from "react";
import { apiKeysKey, revokeApiKey } from "../../api/api-key.ts";
import type { ApiKey } from "../../api/types.ts";
import { useOrganization } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { useConfirmedAction } from "../../ui/dialog.tsx";
import { confirmedBy, isolated } from "../../ui/text.ts";

interface KeyRevocation {
  readonly revoke: (key: ApiKey) => void;
  readonly dialog: ReactElement;
}

export function useKeyRevocation(onRevoked?: () => void): KeyRevocation {
  const organization = useOrganization();
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const { ask, dialog } = useConfirmedAction();
  function revoke(key: ApiKey): void {
    ask({
      title: `Revoke “${isolated(key.name)}”?`,
      confirmLabel: "Revoke API key",
      body: <WhatEnds apiKey={key} />,
      work: async () => {
        const receipt = await revokeApiKey(organization.id, key.id);
        await queryClient.invalidateQueries({ queryKey: apiKeysKey(organization.id) });
        onRevoked?.();
        announce(`“${isolated(key.name)}” is revoked. From now on it is refused everywhere.${confirmedBy(receipt)}`);
      },
    });
  }
  return { revoke, dialog };
}

function WhatEnds({ apiKey }: { readonly apiKey: ApiKey }): ReactElement {
  return (
    <>
      <p>
        <span className="font-mono text-[0.8125rem] text-ink">{apiKey.prefix}…</span>,{" "}
        <strong className="font-semibold text-ink">
          <LastUse of={{ lastUsedAt: apiKey.lastUsedAt }} inSentence />
        </strong>
        .
      </p>
      <p>Programs that use it stop working at once. A revoked key never works again.</p>
    </>
  );
}
