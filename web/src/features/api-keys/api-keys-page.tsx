// The organization's API keys. Rule: a key's secret is state of this page alone, shown once in the panel
// and gone with it; creating a key asks for the password when the last time was long ago.
// Deliberately absent: editing. A key's authority is fixed for life.
import { useQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { apiKeysQuery } from "../../api/api-keys.ts";
import { SecretPanel } from "../../credential/secret-panel.tsx";
import { can } from "../../session/permission.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useInstance, useSession } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { ApiKeyDialog, type CreatedApiKey } from "./api-key-dialog.tsx";
import { ApiKeyList } from "./api-key-list.tsx";
import { isolated } from "../../ui/isolated.ts";

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
      lead={`API keys act for ${isolated(organization.name)} itself, with a fixed role. They stay when the person who made them leaves.`}
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
          title={`New API key “${isolated(created.apiKey.name)}”`}
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
        {({ items }) => (items.length === 0 ? <NoKeys /> : <ApiKeyList keys={items} mayWrite={mayWrite} />)}
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
