import { administratorText, REVOKED_AT_ONCE, readableAddress } from "@mintmark/core";
import { isStale } from "../../credential/usage-text.ts";
import { Link } from "@tanstack/react-router";
import { SearchX, Ticket } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";
import type { PersonalAccessToken } from "../../api/types.ts";
import { EndLine, UseFacts } from "../../credential/last-use.tsx";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { type UsesById, UsesLink } from "../../credential/uses.tsx";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { EmptyState, LoadingRows } from "../../ui/placeholder.tsx";
import { RowItem, Rows } from "../../ui/rows.tsx";
import { Time, useNow } from "../../ui/time-view.tsx";
import { useRevocation } from "./organization-token-revocation.tsx";
import { STATE_LABELS } from "./organization-token-search.ts";

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
  const { revoke, dialog } = useRevocation(() => setPicked(new Set()));
  const revocable = tokens.filter(({ state }) => state !== "revoked");
  const chosen = revocable.filter(({ id }) => picked.has(id));
  function toggle(id: string): void {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    setPicked(next);
  }
  if (tokens.length === 0) return more || searching ? <LoadingRows /> : <NoTokens {...props} />;
  const offered = revocable.slice(0, REVOKED_AT_ONCE);
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
            <Button size="small" kind="danger" onClick={() => revoke(chosen.slice(0, REVOKED_AT_ONCE))}>
              Revoke {chosen.length === 1 ? "1 token" : `${Math.min(chosen.length, REVOKED_AT_ONCE)} tokens`}
            </Button>
          )}
        </div>
      )}
      <Rows label="Tokens">
        {tokens.map((token) => (
          <TokenRow
            key={token.id}
            token={token}
            uses={uses.get(token.id)}
            picked={picked.has(token.id)}
            onToggle={mayRevoke && token.state !== "revoked" ? () => toggle(token.id) : null}
            onRevoke={mayRevoke && token.state !== "revoked" ? () => revoke([token]) : null}
          />
        ))}
      </Rows>
      {more && (
        <Button className="justify-self-center" busy={searching} onClick={onMore}>
          Show more
        </Button>
      )}
      {dialog}
    </div>
  );
}

function NoTokens({ narrowed, onReset }: TokenResultsProps): ReactElement {
  if (!narrowed) {
    return (
      <EmptyState icon={<Ticket />} title="Nobody has a token here yet">
        <p>Tokens that members mint for this organization will appear here.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<SearchX />} title="No token matches" action={<Button onClick={onReset}>Show all tokens</Button>}>
      <p>The search covers names, prefixes and owners.</p>
    </EmptyState>
  );
}

interface TokenRowProps {
  readonly token: PersonalAccessToken;
  /** Daily uses of the last month, once they are known. */
  readonly uses: readonly number[] | undefined;
  readonly picked: boolean;
  /** `null` when the token is revoked, or the person may not revoke it. */
  readonly onToggle: (() => void) | null;
  readonly onRevoke: (() => void) | null;
}

function TokenRow({ token, uses, picked, onToggle, onRevoke }: TokenRowProps): ReactElement {
  const place = placeOf(token);
  return (
    <RowItem className="flex items-start gap-3 px-4 py-3">
      {onToggle !== null ? (
        <input
          type="checkbox"
          className="tick mt-0.5 print:hidden"
          aria-label={`Select ${token.name} of ${token.user.name}`}
          checked={picked}
          onChange={onToggle}
        />
      ) : (
        <span className="w-[1.0625rem] shrink-0 print:hidden" />
      )}
      <div className="grid min-w-0 grow gap-x-6 gap-y-2 md:grid-cols-[minmax(0,1.2fr)_minmax(0,0.9fr)_minmax(0,1.5fr)]">
        <TokenIdentity token={token} />
        <Facts>
          <p className="wrap-anywhere">
            <bdi className="text-ink">{token.user.name}</bdi>
          </p>
          <p className="wrap-anywhere">{readableAddress(token.user.email)}</p>
        </Facts>
        <Facts>
          <UseFacts use={token} />
          {token.lastUsedAt !== null && <UsesLink place={place} name={token.name} uses={uses} />}
          <p>
            Created <Time at={token.createdAt} as="date" /> · <End token={token} />
          </p>
        </Facts>
      </div>
      <div
        className={classNames(
          "shrink-0 print:hidden",
          onRevoke === null ? "hidden md:block" : "",
          "md:w-18 md:text-right",
        )}
      >
        {onRevoke !== null && (
          <Button size="small" aria-label={`Revoke ${token.name} of ${token.user.name}`} onClick={onRevoke}>
            Revoke
          </Button>
        )}
      </div>
    </RowItem>
  );
}

function TokenIdentity({ token }: { readonly token: PersonalAccessToken }): ReactElement {
  const over = token.state === "revoked" || token.state === "expired";
  return (
    <div className="min-w-0">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Link
          {...placeOf(token)}
          className={classNames(
            "rounded-control font-semibold wrap-anywhere hover:text-mint hover:underline",
            over && "text-soft",
          )}
        >
          <bdi>{token.name}</bdi>
        </Link>
        <TokenBadges token={token} />
      </div>
      <p className="text-[0.8125rem] wrap-anywhere text-soft">
        <span className="font-mono">{token.prefix}…</span> · {summarizePermissions(token.permissions)}
      </p>
      {token.state === "blocked" && <p className="text-[0.8125rem] text-rust">{administratorText(token.blockedBy)}.</p>}
    </div>
  );
}

/** Where the page of the token is. */
function placeOf({ id }: PersonalAccessToken) {
  return { to: "/organization/tokens/$tokenId", params: { tokenId: id } } as const;
}

function End({ token }: { readonly token: PersonalAccessToken }): ReactNode {
  if (token.revokedAt !== null) {
    return (
      <>
        revoked <Time at={token.revokedAt} as="date" />
        {token.revokedBy !== null && (
          <>
            {" "}
            by <bdi>{token.revokedBy.name}</bdi>
          </>
        )}
      </>
    );
  }
  return <EndLine of={token} inSentence />;
}

function Facts({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className="min-w-0 text-[0.8125rem] text-soft">{children}</div>;
}

const TONES: Record<PersonalAccessToken["state"], BadgeTone> = {
  active: "good",
  blocked: "danger",
  suspended: "warning",
  expired: "neutral",
  revoked: "neutral",
};

export function TokenBadges({ token }: { readonly token: PersonalAccessToken }): ReactElement {
  const now = useNow();
  return (
    <>
      <Badge tone={TONES[token.state]}>{STATE_LABELS[token.state]}</Badge>
      {isStale(token, now) && <Badge tone="warning">Stale</Badge>}
    </>
  );
}
