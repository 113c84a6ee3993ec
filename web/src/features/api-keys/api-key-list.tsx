import { SearchX } from "lucide-react";
import { type ReactElement, useDeferredValue, useState } from "react";
import type { ApiKey } from "../../api/types.ts";
import { apiKeyUsesQuery } from "../../api/usage.ts";
import { groupsShown, useUses } from "../../credential/use-uses.ts";
import { useSession } from "../../session/use-session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { Rows } from "../../ui/rows.tsx";
import { useNow } from "../../ui/time-view.tsx";
import { ApiKeyRow } from "./api-key-row.tsx";
import { KEY_FILTERS, type KeyFilter, matchesKey } from "./key-filter.ts";
import { useKeyRevocation } from "./use-key-revocation.tsx";

/** A list this short is seen at a glance. */
const FEW = 5;

interface ApiKeyListProps {
  readonly keys: readonly ApiKey[];
  readonly mayWrite: boolean;
}

export function ApiKeyList({ keys, mayWrite }: ApiKeyListProps): ReactElement {
  const { organization } = useSession();
  const { confirmation, ask, close } = useKeyRevocation();
  const [filter, setFilter] = useState<KeyFilter>("all");
  const [search, setSearch] = useState("");
  const words = useDeferredValue(search);
  const now = useNow();
  const shown = keys.filter((key) => matchesKey(key, filter, words, now));
  const uses = useUses(groupsShown(keys, shown), (ids) => apiKeyUsesQuery(organization.id, ids));

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
            <ApiKeyRow
              key={key.id}
              apiKey={key}
              now={now}
              uses={uses.get(key.id)}
              onRevoke={mayWrite ? () => ask(key) : null}
            />
          ))}
        </Rows>
      )}
      <ConfirmAction confirmation={confirmation} onClose={close} />
    </div>
  );
}
