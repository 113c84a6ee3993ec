import { useQueryClient } from "@tanstack/react-query";
import { SearchX } from "lucide-react";
import { type ReactElement, useDeferredValue, useState } from "react";
import { apiKeysQuery, revokeApiKey } from "../../api/api-keys.ts";
import type { ApiKey } from "../../api/types.ts";
import { useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { ConfirmAction, type Confirmation } from "../../ui/confirm-action.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { Rows } from "../../ui/rows.tsx";
import { Time, useNow } from "../../ui/time-view.tsx";
import { ApiKeyRow } from "./api-key-row.tsx";
import { KEY_FILTERS, type KeyFilter, matchesKey } from "./key-filter.ts";
import { isolated } from "../../ui/isolated.ts";

/** A list this short is seen at a glance. */
const FEW = 5;

interface ApiKeyListProps {
  readonly keys: readonly ApiKey[];
  readonly mayWrite: boolean;
}

export function ApiKeyList({ keys, mayWrite }: ApiKeyListProps): ReactElement {
  const { organization } = useSession();
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const [filter, setFilter] = useState<KeyFilter>("all");
  const [search, setSearch] = useState("");
  const words = useDeferredValue(search);
  const now = useNow();
  const shown = keys.filter((key) => matchesKey(key, filter, words, now));

  function askRevoke(key: ApiKey): void {
    setConfirmation({
      title: `Revoke “${isolated(key.name)}”?`,
      confirmLabel: "Revoke API key",
      body: <WhatEnds apiKey={key} />,
      work: async () => {
        await revokeApiKey(organization.id, key.id);
        await queryClient.invalidateQueries({ queryKey: apiKeysQuery(organization.id).queryKey });
        announce(`“${isolated(key.name)}” is revoked. From now on it is refused everywhere.`);
      },
    });
  }

  return (
    <div className="grid gap-4">
      {keys.length > FEW && (
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
          <p>Search looks at names, prefixes and who made the key.</p>
        </EmptyState>
      ) : (
        <Rows label="API keys">
          {shown.map((key) => (
            <ApiKeyRow key={key.id} apiKey={key} now={now} onRevoke={mayWrite ? () => askRevoke(key) : null} />
          ))}
        </Rows>
      )}
      <ConfirmAction confirmation={confirmation} onClose={() => setConfirmation(null)} />
    </div>
  );
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
