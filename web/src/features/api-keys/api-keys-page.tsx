// The organization's API keys. Rule: a key's secret is state of this page alone, shown once in the panel
// and gone with it; creating a key asks for the password when the last time was long ago.
// Deliberately absent: editing. A key's authority is fixed for life.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { apiKeysQuery, revokeApiKey } from "../../api/api-keys.ts";
import type { ApiKey } from "../../api/types.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { SecretPanel } from "../../credential/secret-panel.tsx";
import { can } from "../../session/permission.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useInstance, useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmAction, type Confirmation } from "../../ui/confirm-action.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Time, useNow } from "../../ui/time-view.tsx";
import { ApiKeyDialog, type CreatedApiKey } from "./api-key-dialog.tsx";
import { apiKeyState } from "./api-key-state.ts";

const TITLE = "API keys";

export function ApiKeysPage(): ReactElement {
  return (
    <RequirePermission permission="api-keys:read" title={TITLE}>
      <ApiKeys />
    </RequirePermission>
  );
}

function ApiKeys(): ReactElement {
  const { organization } = useSession();
  const { baseUrl } = useInstance();
  const keys = useQuery(apiKeysQuery(organization.id));
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedApiKey | null>(null);
  const mayWrite = can(organization, "api-keys:write");
  return (
    <Page
      title={TITLE}
      lead={`API keys act for ${organization.name} itself, with a fixed role. They stay when the person who made them leaves.`}
      action={
        mayWrite &&
        !created && (
          <Button kind="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden="true" />
            New API key
          </Button>
        )
      }
    >
      {created && (
        <SecretPanel
          secret={created.secret}
          what="API key"
          title={`New API key “${created.apiKey.name}”`}
          onForget={() => setCreated(null)}
          onDone={() => setCreated(null)}
          commands={[
            {
              label: "Try it",
              code: `curl --header "X-API-Key: ${created.secret}" ${baseUrl}/api/whoami`,
              note: "The command holds the key; your shell may keep it in its history.",
              holdsSecret: true,
            },
          ]}
        />
      )}
      <QueryView query={keys}>
        {({ items }) => (items.length === 0 ? <NoKeys /> : <ApiKeyRows keys={items} mayWrite={mayWrite} />)}
      </QueryView>
      {mayWrite && (
        <ApiKeyDialog
          open={creating}
          onClose={() => setCreating(false)}
          onCreated={(answer) => {
            setCreating(false);
            setCreated(answer);
          }}
        />
      )}
    </Page>
  );
}

function NoKeys(): ReactElement {
  return (
    <EmptyState icon={<KeyRound />} title="No API keys">
      <p>
        Make one for a machine that works for the organization, not for a person. For yourself, make a personal access
        token.
      </p>
    </EmptyState>
  );
}

function ApiKeyRows({
  keys,
  mayWrite,
}: {
  readonly keys: readonly ApiKey[];
  readonly mayWrite: boolean;
}): ReactElement {
  const { organization } = useSession();
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const now = useNow();

  function askRevoke(key: ApiKey): void {
    setConfirmation({
      title: `Revoke “${key.name}”?`,
      confirmLabel: "Revoke API key",
      body: (
        <>
          <p>
            <span className="font-mono text-[0.8125rem] text-ink">{key.prefix}…</span>,{" "}
            <strong className="font-semibold text-ink">
              {key.lastUsedAt ? (
                <>
                  last used <Time at={key.lastUsedAt} />
                </>
              ) : (
                "never used"
              )}
            </strong>
            .
          </p>
          <p>Whatever uses it stops working at once. A revoked key never comes back.</p>
        </>
      ),
      work: async () => {
        await revokeApiKey(organization.id, key.id);
        await queryClient.invalidateQueries({ queryKey: apiKeysQuery(organization.id).queryKey });
        announce(`“${key.name}” is revoked. From now on it is refused everywhere.`);
      },
    });
  }

  return (
    <>
      <Rows label="API keys">
        {keys.map((key) => {
          const state = apiKeyState(key, now);
          return (
            <Row
              key={key.id}
              title={key.name}
              muted={state !== "active"}
              badges={
                <>
                  <Badge>{key.role}</Badge>
                  {state !== "active" && <Badge tone="warning">{state === "revoked" ? "Revoked" : "Expired"}</Badge>}
                </>
              }
              note={
                <>
                  <span className="font-mono">{key.prefix}…</span> · {summarizePermissions(key.permissions)}
                  {key.createdBy && <> · made by {key.createdBy.name}</>}
                </>
              }
              facts={
                <>
                  <p>
                    {key.lastUsedAt ? (
                      <>
                        Last used <Time at={key.lastUsedAt} />
                      </>
                    ) : (
                      "Never used"
                    )}
                  </p>
                  <p>
                    {key.expiresAt ? (
                      <>
                        Expires <Time at={key.expiresAt} as="date" />
                      </>
                    ) : (
                      "No expiry"
                    )}
                  </p>
                </>
              }
              action={
                mayWrite &&
                state !== "revoked" && (
                  <Button size="small" aria-label={`Revoke ${key.name}`} onClick={() => askRevoke(key)}>
                    Revoke
                  </Button>
                )
              }
            />
          );
        })}
      </Rows>
      <ConfirmAction confirmation={confirmation} onClose={() => setConfirmation(null)} />
    </>
  );
}
