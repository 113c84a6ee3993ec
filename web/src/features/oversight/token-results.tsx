import { SearchX, Ticket } from "lucide-react";
import { type ReactElement, useState } from "react";
import type { PersonalAccessToken } from "../../api/types.ts";
import type { UsesById } from "../../credential/use-uses.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { EmptyState, LoadingRows } from "../../ui/placeholder.tsx";
import { TokenRow } from "./token-row.tsx";
import { useRevocation } from "./use-revocation.tsx";

/** As many as the server revokes in one transaction. */
const MOST_AT_ONCE = 200;

interface TokenResultsProps {
  readonly tokens: readonly PersonalAccessToken[];
  readonly uses: UsesById;
  readonly narrowed: boolean;
  readonly mayRevoke: boolean;
  readonly more: boolean;
  readonly searching: boolean;
  readonly onMore: () => void;
  readonly onReset: () => void;
}

export function TokenResults(props: TokenResultsProps): ReactElement {
  const { tokens, uses, mayRevoke, more, searching, onMore } = props;
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const { confirmation, ask, close } = useRevocation(() => setPicked(new Set()));
  const revocable = tokens.filter(({ state }) => state !== "revoked");
  const chosen = revocable.filter(({ id }) => picked.has(id));
  function toggle(id: string): void {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    setPicked(next);
  }
  if (tokens.length === 0) return more || searching ? <LoadingRows /> : <NoTokens {...props} />;
  const offered = revocable.slice(0, MOST_AT_ONCE);
  const all = offered.length > 0 && offered.every(({ id }) => picked.has(id));
  return (
    <div className="grid gap-3">
      <output className="sr-only">{tokens.length === 1 ? "1 token shown." : `${tokens.length} tokens shown.`}</output>
      {mayRevoke && (
        <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-2 px-4 print:hidden">
          <label className="flex items-center gap-2.5 text-[0.8125rem] text-soft">
            <input
              type="checkbox"
              className="tick"
              checked={all}
              disabled={offered.length === 0}
              onChange={() => setPicked(all ? new Set() : new Set(offered.map(({ id }) => id)))}
            />
            {chosen.length === 0 ? `Select all ${offered.length} shown` : `${chosen.length} selected`}
          </label>
          {chosen.length > 0 && (
            <Button size="small" kind="danger" onClick={() => ask(chosen.slice(0, MOST_AT_ONCE))}>
              Revoke {chosen.length === 1 ? "1 token" : `${Math.min(chosen.length, MOST_AT_ONCE)} tokens`}
            </Button>
          )}
        </div>
      )}
      <ul aria-label="Tokens" className="divide-y divide-line rounded-panel border border-line bg-surface">
        {tokens.map((token) => (
          <TokenRow
            key={token.id}
            token={token}
            uses={uses.get(token.id)}
            picked={picked.has(token.id)}
            onToggle={mayRevoke && token.state !== "revoked" ? () => toggle(token.id) : null}
            onRevoke={mayRevoke && token.state !== "revoked" ? () => ask([token]) : null}
          />
        ))}
      </ul>
      {more && (
        <Button className="justify-self-center" busy={searching} onClick={onMore}>
          Show more
        </Button>
      )}
      <ConfirmAction confirmation={confirmation} onClose={close} />
    </div>
  );
}

function NoTokens({ narrowed, onReset }: TokenResultsProps): ReactElement {
  if (!narrowed) {
    return (
      <EmptyState icon={<Ticket />} title="Nobody has a token here yet">
        <p>When a member mints one for this organization, it shows up here.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<SearchX />} title="No token matches" action={<Button onClick={onReset}>Show all tokens</Button>}>
      <p>Search looks at names, prefixes and owners.</p>
    </EmptyState>
  );
}
