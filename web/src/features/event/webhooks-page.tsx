// The webhooks of the instance. Rule: only the page that made a secret holds it. It is shown once.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus, Webhook as WebhookIcon } from "lucide-react";
import { type ReactElement, useState } from "react";
import type { Webhook } from "../../api/types.ts";
import { createWebhook, type WebhookWithSecret, webhooksQuery } from "../../api/webhook.ts";
import { SecretPanel } from "../../credential/secret-panel.tsx";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { WebhookDialog } from "./webhook-form.tsx";
import { hostOf, typesText, webhookState } from "./webhook-text.ts";

const TITLE = "Webhooks";

export function WebhooksPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <Webhooks />
    </RequireInstanceAdmin>
  );
}

function Webhooks(): ReactElement {
  const webhooks = useQuery(webhooksQuery);
  const queryClient = useQueryClient();
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<WebhookWithSecret | null>(null);
  return (
    <Page
      title={TITLE}
      lead="Programs of yours that get the audit events of the instance. Mintmark sends each event until the program has accepted it, for three days."
      action={
        created === null && (
          <Button kind="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden="true" />
            New webhook
          </Button>
        )
      }
    >
      {created && (
        <SecretPanel
          secret={created.secret}
          what="signing secret"
          title={`Signing secret of “${isolated(hostOf(created.webhook))}”`}
          onForget={() => setCreated(null)}
          onDone={() => setCreated(null)}
          commands={[]}
        />
      )}
      <QueryView query={webhooks}>
        {({ items }) => (items.length === 0 ? <NoWebhooks /> : <WebhookList webhooks={items} />)}
      </QueryView>
      <WebhookDialog
        open={creating}
        webhook={null}
        onClose={() => setCreating(false)}
        onSubmit={async (input) => {
          const made = await createWebhook(input);
          await queryClient.invalidateQueries({ queryKey: webhooksQuery.queryKey });
          setCreating(false);
          setCreated(made);
        }}
      />
    </Page>
  );
}

function NoWebhooks(): ReactElement {
  return (
    <EmptyState icon={<WebhookIcon />} title="No webhooks">
      <p>Create one, and your program gets every change: who joined, which token was revoked, and so on.</p>
    </EmptyState>
  );
}

function WebhookList({ webhooks }: { readonly webhooks: readonly Webhook[] }): ReactElement {
  return (
    <Rows label={TITLE}>
      {webhooks.map((webhook) => {
        const { tone, label } = webhookState(webhook);
        return (
          <Row
            key={webhook.id}
            title={
              <Link to="/admin/webhooks/$webhookId" params={{ webhookId: webhook.id }}>
                {hostOf(webhook)}
              </Link>
            }
            muted={webhook.disabledAt !== null}
            badges={<Badge tone={tone}>{label}</Badge>}
            note={
              <>
                {webhook.description !== "" && <bdi>{webhook.description} · </bdi>}
                <span className="wrap-anywhere">{typesText(webhook)}</span>
              </>
            }
            facts={
              <p>
                Since <Time at={webhook.createdAt} as="date" />
              </p>
            }
          />
        );
      })}
    </Rows>
  );
}
