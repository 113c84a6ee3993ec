// One webhook: its state, its deliveries, and what an instance admin can do with it. Deliberately absent: the bodies of
// deliveries and of their responses.
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Inbox, KeyRound, Pencil, Power, RotateCcw, Send, Trash2 } from "lucide-react";
import { type ReactElement, useState } from "react";
import type { Webhook, WebhookDelivery } from "../../api/types.ts";
import {
  changeWebhook,
  deleteWebhook,
  deliveriesQuery,
  replayDelivery,
  replayWebhook,
  rotateWebhookSecret,
  testWebhook,
  webhookQuery,
  webhooksQuery,
  type WebhookWithSecret,
} from "../../api/webhook.ts";
import { SecretPanel } from "../../credential/secret-panel.tsx";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Callout, ProblemCallout } from "../../ui/callout.tsx";
import { useConfirmedAction } from "../../ui/dialog.tsx";
import { Fact, Facts, IdFact } from "../../ui/facts.tsx";
import { BackLink, Page, Section } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { PagedList, QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { count, isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";
import { ReplayDialog, WebhookDialog } from "./webhook-form.tsx";
import { attemptText, deliveryState, hostOf, typesText, webhookState } from "./webhook-text.ts";

const TITLE = "Webhook";
const EVERY_MS = 5_000;

export function WebhookPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <OneWebhook />
    </RequireInstanceAdmin>
  );
}

function OneWebhook(): ReactElement {
  const { webhookId } = useParams({ from: "/shell/admin/webhooks/$webhookId" });
  const webhook = useQuery({ ...webhookQuery(webhookId), refetchInterval: EVERY_MS });
  return (
    <Page
      title={webhook.data ? hostOf(webhook.data) : TITLE}
      lead={webhook.data && webhook.data.description !== "" ? <bdi>{webhook.data.description}</bdi> : undefined}
      before={<BackLink to="/admin/webhooks">Webhooks</BackLink>}
    >
      <QueryView query={webhook}>
        {(data) => (
          <div className="grid gap-8">
            <Controls webhook={data} />
            <WebhookFacts webhook={data} />
            <Deliveries webhook={data} />
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function WebhookFacts({ webhook }: { readonly webhook: Webhook }): ReactElement {
  const { tone, label } = webhookState(webhook);
  return (
    <Facts>
      <Fact term="State">
        <Badge tone={tone}>{label}</Badge>
      </Fact>
      <Fact term="Created">
        <Time at={webhook.createdAt} as="date" /> by <bdi>{webhook.createdBy.name || "a deleted account"}</bdi>
      </Fact>
      {webhook.failingSince && (
        <Fact term="Failing since">
          <Time at={webhook.failingSince} />
        </Fact>
      )}
      {webhook.previousSecretEndsAt && (
        <Fact term="Former secret signs until">
          <Time at={webhook.previousSecretEndsAt} />
        </Fact>
      )}
      <Fact term="URL" wide>
        <span className="font-mono">{webhook.url}</span>
      </Fact>
      <Fact term="Event types" wide>
        {typesText(webhook)}
      </Fact>
      <IdFact what="webhook" id={webhook.id} />
    </Facts>
  );
}

/** The actions of the page, their dialogs, and a new secret. */
function Controls({ webhook }: { readonly webhook: Webhook }): ReactElement {
  const { id } = webhook;
  const isOn = webhook.disabledAt === null;
  const { action, run } = useAnnouncedAction(id);
  const announce = useAnnounce();
  const refresh = useRefresh(id);
  const confirm = useConfirmations(webhook);
  const [dialog, setDialog] = useState<"change" | "replay" | null>(null);
  return (
    <div className="grid gap-4">
      {action.problem && <ProblemCallout problem={action.problem} />}
      <StateNotes webhook={webhook} />
      {confirm.rotated && (
        <SecretPanel
          secret={confirm.rotated.secret}
          what="signing secret"
          title="New signing secret"
          onForget={confirm.forget}
          onDone={confirm.forget}
          commands={[]}
        />
      )}
      <Actions
        isOn={isOn}
        busy={action.pending}
        onTest={() => run(() => testWebhook(id), "A test event is on its way.")}
        onTurn={() => run(() => changeWebhook(id, { enabled: !isOn }), isOn ? "It is off." : "It is on.")}
        onReplay={() => setDialog("replay")}
        onChange={() => setDialog("change")}
        onRotate={confirm.askRotate}
        onDelete={confirm.askDelete}
      />
      <WebhookDialog
        key={JSON.stringify([webhook.url, webhook.description, webhook.eventTypes])}
        open={dialog === "change"}
        webhook={webhook}
        onClose={() => setDialog(null)}
        onSubmit={async (input) => {
          await changeWebhook(id, input);
          await refresh();
          setDialog(null);
        }}
      />
      <ReplayDialog
        open={dialog === "replay"}
        onClose={() => setDialog(null)}
        onSubmit={async (since) => {
          await replayWebhook(id, since);
          await refresh();
          setDialog(null);
          announce("The events are being sent again.");
        }}
      />
      {confirm.dialog}
    </div>
  );
}

/** An action that reads the webhook again and says what it did. */
function useAnnouncedAction(id: string) {
  const action = useAction();
  const announce = useAnnounce();
  const refresh = useRefresh(id);
  const run = (work: () => Promise<unknown>, done: string): void =>
    void action.run(async () => {
      await work();
      await refresh();
      announce(done);
    });
  return { action, run };
}

function StateNotes({ webhook }: { readonly webhook: Webhook }): ReactElement {
  return (
    <>
      {webhook.disabledAt !== null && (
        <Callout title="This webhook is off">
          It gets no events. When you turn it on it continues where it stopped, and gets those that it missed.
        </Callout>
      )}
      {webhook.replayingSince && (
        <Callout title="Events are being sent again" live="status">
          Those since <Time at={webhook.replayingSince} />.
        </Callout>
      )}
    </>
  );
}

interface ActionsProps {
  readonly isOn: boolean;
  readonly busy: boolean;
  readonly onTest: () => void;
  readonly onTurn: () => void;
  readonly onReplay: () => void;
  readonly onChange: () => void;
  readonly onRotate: () => void;
  readonly onDelete: () => void;
}

function Actions(props: ActionsProps): ReactElement {
  const { isOn, busy, onTest, onTurn, onReplay, onChange, onRotate, onDelete } = props;
  return (
    <div className="flex flex-wrap gap-2">
      {isOn && (
        <Button busy={busy} onClick={onTest}>
          <Send aria-hidden="true" />
          Send a test event
        </Button>
      )}
      {isOn && (
        <Button onClick={onReplay}>
          <RotateCcw aria-hidden="true" />
          Send events again
        </Button>
      )}
      <Button onClick={onChange}>
        <Pencil aria-hidden="true" />
        Change
      </Button>
      <Button busy={busy} onClick={onTurn}>
        <Power aria-hidden="true" />
        {isOn ? "Turn off" : "Turn on"}
      </Button>
      <Button onClick={onRotate}>
        <KeyRound aria-hidden="true" />
        New secret
      </Button>
      <Button kind="danger" onClick={onDelete}>
        <Trash2 aria-hidden="true" />
        Delete
      </Button>
    </div>
  );
}

function useRefresh(id: string): () => Promise<void> {
  const queryClient = useQueryClient();
  return async () => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: webhookQuery(id).queryKey }),
      queryClient.invalidateQueries({ queryKey: webhooksQuery.queryKey, exact: true }),
    ]);
  };
}

function useConfirmations(webhook: Webhook) {
  const { ask, dialog } = useConfirmedAction();
  const [rotated, setRotated] = useState<WebhookWithSecret | null>(null);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const refresh = useRefresh(webhook.id);
  const host = isolated(hostOf(webhook));
  return {
    dialog,
    rotated,
    forget: () => setRotated(null),
    askRotate: () =>
      ask({
        title: `Make a new secret for “${host}”?`,
        confirmLabel: "Make a new secret",
        body: <p>Deliveries are signed with both secrets for 24 hours. Change over within this time.</p>,
        work: async () => {
          setRotated(await rotateWebhookSecret(webhook.id));
          await refresh();
        },
      }),
    askDelete: () =>
      ask({
        title: `Delete the webhook to “${host}”?`,
        confirmLabel: "Delete webhook",
        body: <p>Its program gets no more events. Its secret and the list of its deliveries are deleted.</p>,
        work: async () => {
          await deleteWebhook(webhook.id);
          await navigate({ to: "/admin/webhooks" });
          queryClient.removeQueries({ queryKey: webhookQuery(webhook.id).queryKey });
          await queryClient.invalidateQueries({ queryKey: webhooksQuery.queryKey, exact: true });
        },
      }),
  };
}

function Deliveries({ webhook }: { readonly webhook: Webhook }): ReactElement {
  const deliveries = useInfiniteQuery({ ...deliveriesQuery(webhook.id), refetchInterval: EVERY_MS });
  return (
    <Section title="Deliveries">
      <PagedList
        query={deliveries}
        more="Show older deliveries"
        empty={
          <EmptyState icon={<Inbox />} title="No deliveries">
            <p>Each event that is sent to this webhook is listed here, for 30 days after it ended.</p>
          </EmptyState>
        }
      >
        {(items) => (
          <Rows label="Deliveries">
            {items.map((delivery) => (
              <DeliveryRow key={delivery.id} delivery={delivery} webhook={webhook} />
            ))}
          </Rows>
        )}
      </PagedList>
    </Section>
  );
}

interface DeliveryRowProps {
  readonly delivery: WebhookDelivery;
  readonly webhook: Webhook;
}

function DeliveryRow({ delivery, webhook }: DeliveryRowProps): ReactElement {
  const action = useAction();
  const refresh = useRefresh(webhook.id);
  const { tone, label } = deliveryState(delivery);
  const attempt = attemptText(delivery);
  const mayRepeat = delivery.state !== "waiting" && delivery.state !== "expired" && webhook.disabledAt === null;
  return (
    <Row
      title={<span className="font-mono">{delivery.type}</span>}
      badges={<Badge tone={tone}>{label}</Badge>}
      note={
        <>
          <span className="font-mono wrap-anywhere">{delivery.eventId}</span>
          {delivery.error && <> · {delivery.error}</>}
          {action.problem && <> · {action.problem.detail}</>}
        </>
      }
      facts={
        <>
          <p>
            <Time at={delivery.attemptedAt ?? delivery.createdAt} />
          </p>
          {attempt && (
            <p>
              {attempt}
              {delivery.attempts > 1 && `, ${count(delivery.attempts)} attempts`}
            </p>
          )}
          {delivery.nextAttemptAt && (
            <p>
              Next attempt <Time at={delivery.nextAttemptAt} />
            </p>
          )}
        </>
      }
      action={
        mayRepeat && (
          <IconButton
            label={`Send ${delivery.type} again`}
            size="small"
            onClick={() =>
              void action.run(async () => {
                await replayDelivery(webhook.id, delivery.id);
                await refresh();
              })
            }
          >
            <RotateCcw aria-hidden="true" />
          </IconButton>
        )
      }
    />
  );
}
