import { administratorText } from "@mintmark/core";
import { isStale } from "../../credential/usage-text.ts";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { type ReactElement, type ReactNode, useDeferredValue } from "react";
import type { ApiKey } from "../../api/types.ts";
import { apiKeyUsesQuery } from "../../api/usage.ts";
import { EndLine, UseFacts } from "../../credential/last-use.tsx";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { groupsShown, UsesLink, useUses } from "../../credential/uses.tsx";
import { useOrganization } from "../../session/use-session.ts";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { useSearchText } from "../../ui/search-text.ts";
import { Time, useNow } from "../../ui/time-view.tsx";
import { useKeyRevocation } from "./api-key-revocation.tsx";
import { KEY_FILTERS, type KeyFilter, matchesKey, parseKeyFilter } from "./key-filter.ts";

/** A shorter list needs no search. */
const FEW = 5;

interface ApiKeyListProps {
  readonly keys: readonly ApiKey[];
  readonly mayWrite: boolean;
}

export function ApiKeyList({ keys, mayWrite }: ApiKeyListProps): ReactElement {
  const organization = useOrganization();
  const { revoke, dialog } = useKeyRevocation();
  const [filter, setFilter] = useKeyFilter();
  const [search, setSearch] = useSearchText();
  const words = useDeferredValue(search);
  const now = useNow();
  const shown = keys.filter((key) => matchesKey(key, filter, words, now));
  const uses = useUses(groupsShown(keys, shown), (ids) => apiKeyUsesQuery(organization.id, ids));

  return (
    <div className="grid gap-4">
      {(keys.length > FEW || search !== "" || filter !== "all") && (
        <div className="flex flex-wrap gap-3 print:hidden">
          <TextField
            label="Search keys"
            type="search"
            autoComplete="off"
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            className="min-w-0 grow basis-56 sm:max-w-80"
          />
          <SelectField
            label="Show"
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value as KeyFilter)}
            className="min-w-0 grow basis-40 sm:max-w-60"
          >
            {Object.entries(KEY_FILTERS).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
        </div>
      )}
      {shown.length === 0 ? (
        <EmptyState icon={<SearchX />} title="No key matches">
          <p>The search covers names, prefixes and creators.</p>
        </EmptyState>
      ) : (
        <Rows label="API keys">
          {shown.map((key) => (
            <ApiKeyRow
              key={key.id}
              apiKey={key}
              now={now}
              uses={uses.get(key.id)}
              onRevoke={mayWrite ? () => revoke(key) : null}
            />
          ))}
        </Rows>
      )}
      {dialog}
    </div>
  );
}

/** The filter, which is in the address, and a function that changes it. */
function useKeyFilter(): readonly [KeyFilter, (next: KeyFilter) => void] {
  const filter = parseKeyFilter(useSearch({ from: "/shell/organization/api-keys" }).show);
  const navigate = useNavigate();
  function choose(next: KeyFilter): void {
    void navigate({
      to: "/organization/api-keys",
      search: ({ query = "" }) => ({ query, show: next === "all" ? "" : next }),
      replace: true,
      resetScroll: false,
    });
  }
  return [filter, choose];
}

interface ApiKeyRowProps {
  readonly apiKey: ApiKey;
  readonly now: number;
  /** Daily uses of the last month, once they are known. */
  readonly uses: readonly number[] | undefined;
  /** `null` when the role may not revoke keys. */
  readonly onRevoke: (() => void) | null;
}

function ApiKeyRow({ apiKey, now, uses, onRevoke }: ApiKeyRowProps): ReactElement {
  const { state } = apiKey;
  const place = { to: "/organization/api-keys/$keyId", params: { keyId: apiKey.id } } as const;
  return (
    <Row
      title={
        <Link {...place} className="rounded-control hover:text-mint hover:underline">
          {apiKey.name}
        </Link>
      }
      muted={state !== "active"}
      badges={<KeyBadges apiKey={apiKey} now={now} />}
      note={
        <>
          <span className="font-mono">{apiKey.prefix}…</span> · {summarizePermissions(apiKey.permissions)} · made by{" "}
          <bdi>{apiKey.createdBy.name}</bdi>, <Time at={apiKey.createdAt} as="date" />
          {state === "blocked" && <p className="text-rust">{administratorText(apiKey.blockedBy)}.</p>}
        </>
      }
      facts={
        <>
          <UseFacts use={apiKey} />
          {apiKey.lastUsedAt !== null && <UsesLink place={place} name={apiKey.name} uses={uses} />}
          <p>
            <End apiKey={apiKey} />
          </p>
        </>
      }
      action={
        onRevoke !== null &&
        state !== "revoked" && (
          <Button size="small" aria-label={`Revoke ${apiKey.name}`} onClick={onRevoke}>
            Revoke
          </Button>
        )
      }
    />
  );
}

function End({ apiKey }: { readonly apiKey: ApiKey }): ReactNode {
  if (apiKey.revokedAt !== null) {
    return (
      <>
        Revoked <Time at={apiKey.revokedAt} as="date" />
        {apiKey.revokedBy !== null && (
          <>
            {" "}
            by <bdi>{apiKey.revokedBy.name}</bdi>
          </>
        )}
      </>
    );
  }
  return <EndLine of={apiKey} />;
}

const STATE_BADGES: Partial<Record<ApiKey["state"], readonly [BadgeTone, string]>> = {
  expired: ["neutral", "Expired"],
  revoked: ["neutral", "Revoked"],
  blocked: ["danger", "Blocked by policy"],
};

interface KeyBadgesProps {
  readonly apiKey: ApiKey;
  readonly now: number;
}

/** The role of the key, and its state if it is not active. */
export function KeyBadges({ apiKey, now }: KeyBadgesProps): ReactElement {
  const badge = STATE_BADGES[apiKey.state];
  return (
    <>
      <Badge>{apiKey.role}</Badge>
      {badge && <Badge tone={badge[0]}>{badge[1]}</Badge>}
      {isStale(apiKey, now) && <Badge tone="warning">Stale</Badge>}
    </>
  );
}
