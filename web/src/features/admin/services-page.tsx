import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Waypoints } from "lucide-react";
import { type ReactElement, useRef, useState } from "react";
import { createService, revokeService, servicesQuery } from "../../api/admin.ts";
import type { Service } from "../../api/types.ts";
import { SecretPanel } from "../../credential/secret-panel.tsx";
import { useReauthentication } from "../../session/reauthentication.tsx";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { useInstance } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmAction, type Confirmation } from "../../ui/confirm-action.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";

const TITLE = "Services";

interface CreatedService {
  readonly service: Service;
  readonly secret: string;
}

export function ServicesPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <Services />
    </RequireInstanceAdmin>
  );
}

function Services(): ReactElement {
  const { baseUrl } = useInstance();
  const services = useQuery(servicesQuery);
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedService | null>(null);
  return (
    <Page
      title={TITLE}
      lead="The APIs and MCP servers that ask Mintmark whether a token is good. Each has a service key of its own."
      action={
        !created && (
          <Button kind="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden="true" />
            New service
          </Button>
        )
      }
    >
      {created && (
        <SecretPanel
          secret={created.secret}
          what="service key"
          title={`Service key of “${created.service.name}”`}
          onForget={() => setCreated(null)}
          onDone={() => setCreated(null)}
          commands={[
            {
              label: "Ask about a token",
              code: `curl --header "Authorization: Bearer ${created.secret}" --json '{"token":"…"}' ${baseUrl}/api/verify`,
              note: "The command holds the key; your shell may keep it in its history.",
              holdsSecret: true,
            },
          ]}
        />
      )}
      <QueryView query={services}>
        {({ items }) => (items.length === 0 ? <NoServices /> : <ServiceRows services={items} />)}
      </QueryView>
      <ServiceDialog
        open={creating}
        onClose={() => setCreating(false)}
        onCreated={(answer) => {
          setCreating(false);
          setCreated(answer);
        }}
      />
    </Page>
  );
}

function NoServices(): ReactElement {
  return (
    <EmptyState icon={<Waypoints />} title="No services">
      <p>Register an API here, and it can verify the tokens that people send it.</p>
    </EmptyState>
  );
}

function ServiceRows({ services }: { readonly services: readonly Service[] }): ReactElement {
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  function askRevoke(service: Service): void {
    setConfirmation({
      title: `Revoke “${service.name}”?`,
      confirmLabel: "Revoke service",
      body: <p>Its key stops working at once, so it can no longer verify tokens and has to refuse its users.</p>,
      work: async () => {
        await revokeService(service.id);
        await queryClient.invalidateQueries({ queryKey: servicesQuery.queryKey });
        announce(`“${service.name}” is revoked.`);
      },
    });
  }
  return (
    <>
      <Rows label="Services">
        {services.map((service) => (
          <Row
            key={service.id}
            title={service.name}
            muted={service.revokedAt !== null}
            badges={service.revokedAt && <Badge tone="warning">Revoked</Badge>}
            note={<span className="font-mono">{service.prefix}…</span>}
            facts={
              <>
                Since <Time at={service.createdAt} as="date" />
              </>
            }
            action={
              !service.revokedAt && (
                <Button size="small" aria-label={`Revoke ${service.name}`} onClick={() => askRevoke(service)}>
                  Revoke
                </Button>
              )
            }
          />
        ))}
      </Rows>
      <ConfirmAction confirmation={confirmation} onClose={() => setConfirmation(null)} />
    </>
  );
}

interface ServiceDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: (created: CreatedService) => void;
}

function ServiceDialog({ open, onClose, onCreated }: ServiceDialogProps): ReactElement {
  const name = useRef<HTMLInputElement>(null);
  const action = useAction();
  const queryClient = useQueryClient();
  const withReauthentication = useReauthentication();
  function close(): void {
    action.reset();
    onClose();
  }
  return (
    <Dialog
      open={open}
      onClose={close}
      title="New service"
      lead="You get its key once, to put into its configuration."
      initialFocus={name}
    >
      <Form
        action={action}
        fields={["name"]}
        label="New service"
        onSubmit={async (values) => {
          const created = await withReauthentication(() => createService(values.text("name")));
          await queryClient.invalidateQueries({ queryKey: servicesQuery.queryKey });
          onCreated(created);
        }}
      >
        <TextField
          ref={name}
          label="Name"
          name="name"
          required
          maxLength={100}
          autoComplete="off"
          hint="Like “billing API”."
          error={action.fieldErrors["name"]}
        />
        <DialogActions>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" kind="primary" busy={action.pending}>
            Create service
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
