import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { ADMIN_ORGANIZATIONS } from "../../api/admin-organizations.ts";
import { ADMIN_TOKENS, MOST_TOKENS_AT_ONCE, revokeTokensAsAdmin } from "../../api/admin-tokens.ts";
import { ADMIN_USERS } from "../../api/admin-users.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmAction, type Confirmation } from "../../ui/confirm-action.tsx";
import { Choice } from "../../ui/field.tsx";
import { isolated } from "../../ui/isolated.ts";
import { Rows } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { InstanceTokenRow } from "./instance-token-row.tsx";
import { countOf } from "./words.ts";

/** Named in the question before many are revoked; the others are counted. */
const NAMED = 6;

export function InstanceTokenList({ tokens }: { readonly tokens: readonly PersonalAccessToken[] }): ReactElement {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const revocable = tokens.filter(({ revokedAt }) => revokedAt === null);
  const chosen = revocable.filter(({ id }) => picked.has(id)).slice(0, MOST_TOKENS_AT_ONCE);

  function pick(ids: readonly string[], isPicked: boolean): void {
    const next = new Set(picked);
    for (const id of ids) {
      if (isPicked) next.add(id);
      else next.delete(id);
    }
    setPicked(next);
  }

  function askRevoke(those: readonly PersonalAccessToken[]): void {
    const [only] = those;
    setConfirmation({
      title:
        those.length === 1 && only !== undefined
          ? `Revoke “${isolated(only.name)}” of ${isolated(only.user.name)}?`
          : `Revoke ${countOf(those.length, "token")}?`,
      confirmLabel: those.length === 1 ? "Revoke token" : `Revoke ${countOf(those.length, "token")}`,
      body: <RevokeQuestion tokens={those} />,
      work: async () => {
        const { revokedTokens } = await revokeTokensAsAdmin(those.map(({ id }) => id));
        setPicked(new Set());
        await Promise.all(
          [ADMIN_TOKENS, ADMIN_USERS, ADMIN_ORGANIZATIONS].map((queryKey) =>
            queryClient.invalidateQueries({ queryKey }),
          ),
        );
        announce(`${countOf(revokedTokens, "token")} revoked. From now on refused everywhere.`);
      },
    });
  }

  return (
    <div className="grid gap-3">
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4">
        <Choice
          label={chosen.length === 0 ? "Choose all shown" : `${countOf(chosen.length, "token")} chosen`}
          checked={revocable.length > 0 && chosen.length === Math.min(revocable.length, MOST_TOKENS_AT_ONCE)}
          disabled={revocable.length === 0}
          onChange={(event) =>
            pick(
              revocable.map(({ id }) => id),
              event.currentTarget.checked,
            )
          }
        />
        {chosen.length > 0 && (
          <Button kind="danger" size="small" onClick={() => askRevoke(chosen)}>
            Revoke {countOf(chosen.length, "token")}…
          </Button>
        )}
      </div>
      <Rows label="Tokens">
        {tokens.map((token) => (
          <InstanceTokenRow
            key={token.id}
            token={token}
            picked={picked.has(token.id)}
            onPick={(isPicked) => pick([token.id], isPicked)}
            onRevoke={() => askRevoke([token])}
          />
        ))}
      </Rows>
      <ConfirmAction confirmation={confirmation} onClose={() => setConfirmation(null)} />
    </div>
  );
}

function RevokeQuestion({ tokens }: { readonly tokens: readonly PersonalAccessToken[] }): ReactElement {
  const others = tokens.length - NAMED;
  return (
    <>
      <ul className="grid gap-1">
        {tokens.slice(0, NAMED).map((token) => (
          <li key={token.id}>
            <bdi className="font-medium text-ink">{token.name}</bdi> of <bdi>{token.user.name}</bdi> in{" "}
            <bdi>{token.organization.name}</bdi>,{" "}
            {token.lastUsedAt ? (
              <>
                last used <Time at={token.lastUsedAt} />
              </>
            ) : (
              "never used"
            )}
          </li>
        ))}
        {others > 0 && <li>and {countOf(others, "other")}</li>}
      </ul>
      <p>
        Whatever uses {tokens.length === 1 ? "it" : "them"} stops working at once, everywhere, for good. The holder is
        told that it was you, and the organization’s audit log records it.
      </p>
    </>
  );
}
