// The person's tokens in all organizations. Rule: the logic is in token-standing.ts and mint-form.ts, which are tested
// without a browser. Only the page that minted a token holds its secret.
import { USES_AT_ONCE } from "@mintmark/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Bot, Fingerprint, Plus, Search, SearchX } from "lucide-react";
import { type ReactElement, useDeferredValue, useState } from "react";
import { tokensQuery } from "../../api/token.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { tokenUsesQuery } from "../../api/usage.ts";
import { groupsShown, useUses } from "../../credential/uses.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Rows } from "../../ui/rows.tsx";
import { useSearchText } from "../../ui/search-text.ts";
import { useNow } from "../../ui/time-view.tsx";
import { TokenRow } from "./token-row.tsx";
import {
  compareTokens,
  matchesFilter,
  matchesSearch,
  openReplacements,
  parseTokenFilter,
  TOKEN_FILTERS,
  type TokenFilter,
} from "./token-standing.ts";

export function TokensPage(): ReactElement {
  // Refetch regularly, since people recognize tokens by their last use.
  const tokens = useQuery({ ...tokensQuery, refetchInterval: 30_000 });
  return (
    <Page
      title="Personal access tokens"
      lead="Tokens let scripts, the command line and other programs act as you, each in one organization."
      action={<NewTokenLink />}
    >
      <QueryView query={tokens}>
        {({ items, nextCursor }) =>
          items.length === 0 ? <NoTokens /> : <TokenList tokens={items} incomplete={nextCursor !== null} />
        }
      </QueryView>
    </Page>
  );
}

function NewTokenLink(): ReactElement {
  return (
    <Link to="/settings/tokens/new" className={buttonClass("primary")}>
      <Plus aria-hidden="true" />
      New token
    </Link>
  );
}

function NoTokens(): ReactElement {
  return (
    <EmptyState
      icon={<Fingerprint />}
      title="You have no tokens"
      action={
        <Link to="/connect" className={buttonClass()}>
          <Bot aria-hidden="true" />
          Connect an AI client
        </Link>
      }
    >
      <p>
        Mint one when a program needs to act as you. It never has more permissions than you, and you can revoke it at
        any time.
      </p>
    </EmptyState>
  );
}

// The list with its search and filter.

const FILTER_LABELS: Record<TokenFilter, string> = {
  all: "All",
  active: "Active",
  attention: "Needs attention",
  over: "Expired or revoked",
};

/** The tokens that are listed at once. The search covers all, but the uses of each listed one are requested. */
const ROWS = 2 * USES_AT_ONCE;

interface TokenListProps {
  readonly tokens: readonly PersonalAccessToken[];
  /** Whether there are more tokens than in the list. */
  readonly incomplete: boolean;
}

export function TokenList({ tokens, incomplete }: TokenListProps): ReactElement {
  const [filter, choose] = useTokenFilter();
  const [search, setSearch] = useSearchText();
  const words = useDeferredValue(search);
  const [limit, setLimit] = useState(ROWS);
  const now = useNow();
  const found = tokens.filter((token) => matchesSearch(token, words));
  const shown = found.filter((token) => matchesFilter(token, filter, now)).sort(compareTokens);
  const replacements = openReplacements(tokens);
  const listed = shown.slice(0, limit);
  const uses = useUses(groupsShown(tokens, listed), tokenUsesQuery);

  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <SearchField value={search} onChange={setSearch} />
        <FilterBar
          filter={filter}
          onChange={choose}
          count={(one) => found.filter((token) => matchesFilter(token, one, now)).length}
        />
      </div>
      <output className="sr-only">{shown.length === 1 ? "1 token matches." : `${shown.length} tokens match.`}</output>
      {incomplete && <Callout>Only your newest {tokens.length} tokens are listed here.</Callout>}
      {shown.length === 0 ? (
        <NoMatch
          onReset={() => {
            setSearch("");
            choose("all");
          }}
        />
      ) : (
        <TokenRows>
          {listed.map((token) => (
            <TokenRow
              key={token.id}
              token={token}
              now={now}
              replacement={replacements.get(token.id) ?? null}
              uses={uses.get(token.id)}
            />
          ))}
        </TokenRows>
      )}
      {shown.length > limit && (
        <Button className="justify-self-center" onClick={() => setLimit(limit + ROWS)}>
          Show more ({shown.length - limit} left)
        </Button>
      )}
    </div>
  );
}

/** The filter, which is in the address, and a function that changes it. */
function useTokenFilter(): readonly [TokenFilter, (next: TokenFilter) => void] {
  const filter = parseTokenFilter(useSearch({ from: "/shell/settings/tokens" }).state);
  const navigate = useNavigate();
  function choose(next: TokenFilter): void {
    void navigate({
      to: "/settings/tokens",
      search: ({ query = "" }) => ({ query, state: next === "all" ? "" : next }),
      replace: true,
      resetScroll: false,
    });
  }

  return [filter, choose];
}

function NoMatch({ onReset }: { readonly onReset: () => void }): ReactElement {
  return (
    <EmptyState icon={<SearchX />} title="No token matches" action={<Button onClick={onReset}>Show all tokens</Button>}>
      <p>The search covers names, organizations, prefixes and permissions.</p>
    </EmptyState>
  );
}

function TokenRows({ children }: { readonly children: ReactElement[] }): ReactElement {
  return (
    <div className="rounded-panel border border-line bg-surface">
      {/* These headings are hidden from screen readers, since each value has its own label. */}
      <div
        aria-hidden="true"
        className="token-columns hidden border-b border-line px-4 py-2 text-xs font-medium text-faint md:grid"
      >
        <span>Token</span>
        <span>Access</span>
        <span>Expires</span>
        <span>Last used</span>
        <span />
      </div>
      <Rows label="Tokens" className="">
        {children}
      </Rows>
    </div>
  );
}

function SearchField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  return (
    <div className="relative min-w-0 grow basis-56 sm:max-w-72 print:hidden">
      <Search
        className="pointer-events-none absolute inset-y-0 left-2.5 my-auto size-4 text-faint"
        aria-hidden="true"
      />
      <input
        type="search"
        aria-label="Search tokens"
        placeholder="Search tokens"
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        className="control pl-8.5"
      />
    </div>
  );
}

interface FilterBarProps {
  readonly filter: TokenFilter;
  readonly onChange: (filter: TokenFilter) => void;
  readonly count: (filter: TokenFilter) => number;
}

function FilterBar({ filter, onChange, count }: FilterBarProps): ReactElement {
  return (
    <fieldset className="-mx-1 flex flex-wrap gap-1 px-1 print:hidden">
      <legend className="sr-only">Filter by state</legend>
      {TOKEN_FILTERS.map((one) => (
        <label
          key={one}
          className={classNames(
            "relative flex items-center gap-1.5 rounded-full border forced-colors:has-checked:forced-color-adjust-none px-3 py-1 text-[0.8125rem] has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-mint",
            one === filter
              ? "border-mint bg-mint-wash font-medium text-mint"
              : "border-line text-soft hover:border-control hover:text-ink",
          )}
        >
          <input
            type="radio"
            name="state"
            value={one}
            checked={one === filter}
            onChange={() => onChange(one)}
            className="absolute inset-0 appearance-none rounded-full outline-none"
          />
          {FILTER_LABELS[one]}
          <span className="tabular text-xs opacity-85">{count(one)}</span>
        </label>
      ))}
    </fieldset>
  );
}
