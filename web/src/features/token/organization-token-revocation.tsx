// Revokes one or many tokens of other people after a question.
import { LastUse } from "../../credential/last-use.tsx";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement } from "react";
import { policyQuery } from "../../api/policy.ts";
import { organizationTokensKey, revokeOrganizationTokens } from "../../api/token.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { useOrganization } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { useConfirmedAction } from "../../ui/dialog.tsx";
import { confirmedBy, isolated } from "../../ui/text.ts";

const NAMED = 10;

interface Revocation {
  readonly revoke: (tokens: readonly PersonalAccessToken[]) => void;
  readonly dialog: ReactElement;
}

export function useRevocation(onRevoked: () => void): Revocation {
  const organization = useOrganization();
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const { ask, dialog } = useConfirmedAction();

  function revoke(tokens: readonly PersonalAccessToken[]): void {
    const [first] = tokens;
    if (first === undefined) return;
    const what = tokens.length === 1 ? `“${isolated(first.name)}”` : `${tokens.length} tokens`;
    ask({
      title: `Revoke ${what}?`,
      confirmLabel: tokens.length === 1 ? "Revoke token" : `Revoke ${tokens.length} tokens`,
      body: <WhatEnds tokens={tokens} />,
      work: async () => {
        const ids = tokens.map(({ id }) => id);
        const receipt = await revokeOrganizationTokens(organization.id, ids);
        await queryClient.invalidateQueries({ queryKey: organizationTokensKey(organization.id) });
        onRevoked();
        const whose = tokens.length === 1 ? "it is" : "they are";
        announce(`Revoked ${what}. From now on ${whose} refused everywhere.${confirmedBy(receipt)}`);
      },
    });
  }
  return { revoke, dialog };
}

function WhatEnds({ tokens }: { readonly tokens: readonly PersonalAccessToken[] }) {
  const others = tokens.length - NAMED;
  return (
    <>
      <ul className="grid max-h-60 list-disc gap-1 overflow-y-auto pl-5">
        {tokens.slice(0, NAMED).map((token) => (
          <li key={token.id} className="wrap-anywhere">
            <bdi className="text-ink">{token.name}</bdi> of <bdi>{token.user.name}</bdi>,{" "}
            <LastUse of={{ lastUsedAt: token.lastUsedAt }} inSentence />
          </li>
        ))}
        {others > 0 && <li>and {others} more</li>}
      </ul>
      <p>
        Programs that use {tokens.length === 1 ? "it" : "them"} stop working at once. A revoked token never works again.
      </p>
    </>
  );
}

/** Whether both the role and the organization's policy allow it. */
export function useMayRevoke(): boolean {
  const organization = useOrganization();
  const policy = useQuery({ ...policyQuery(organization.id), enabled: can(organization, "policy:read") });
  const reaches = policy.data === undefined || policy.data.oversight === "list-and-revoke";
  return can(organization, "tokens:revoke") && reaches;
}
