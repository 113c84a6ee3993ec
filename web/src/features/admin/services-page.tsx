// The services that verify tokens with Mintmark. Rule: only this page holds a new service key. It is shown once.
import { NAME_MAX_LENGTH } from "@mintmark/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Waypoints } from "lucide-react";
import { type ReactElement, useRef, useState } from "react";
import { createService, servicesQuery } from "../../api/server-key.ts";
import type { Service } from "../../api/types.ts";
import { SecretPanel } from "../../credential/secret-panel.tsx";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { useInstance } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { isolated } from "../../ui/text.ts";
import { ServiceList } from "./service-list.tsx";

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
  const services = useQuery(servicesQuery);
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedService | null>(null);
  const newService = (
    <Button kind="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden="true" />
      New service
    </Button>
  );
  return (
    <Page
      title={TITLE}
      lead="The APIs and MCP servers that verify tokens with Mintmark. Each has its own service key, and a second one while it replaces the first."
      action={!created && newService}
    >
      {created && <NewServiceKey created={created} onDone={() => setCreated(null)} />}
      <QueryView query={services}>
        {({ items }) => (items.length === 0 ? <NoServices /> : <ServiceList services={items} onKey={setCreated} />)}
      </QueryView>
      <ServiceDialog
        open={creating}
        onClose={() => setCreating(false)}
        onCreated={(created) => {
          setCreating(false);
          setCreated(created);
        }}
      />
    </Page>
  );
}

interface NewServiceKeyProps {
  readonly created: CreatedService;
  readonly onDone: () => void;
}

function NewServiceKey({ created, onDone }: NewServiceKeyProps): ReactElement {
  const { baseUrl } = useInstance();
  return (
    <SecretPanel
      secret={created.secret}
      what="service key"
      title={`Service key of “${isolated(created.service.name)}”`}
      onForget={onDone}
      onDone={onDone}
      commands={[
        {
          label: "Ask about a token",
          code: `curl --header "Authorization: Bearer ${created.secret}" --json '{"token":"…"}' ${baseUrl}/api/verify`,
          note: "The command holds the key, and your shell may keep it in its history.",
          holdsSecret: true,
        },
      ]}
    />
  );
}

function NoServices(): ReactElement {
  return (
    <EmptyState icon={<Waypoints />} title="No services">
      <p>
        Register an API here, and it can verify the tokens that people send to it. An API behind a proxy with
        forward-auth needs no service.
      </p>
    </EmptyState>
  );
}

interface ServiceDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: (created: CreatedService) => void;
}

function ServiceDialog({ open, onClose, onCreated }: ServiceDialogProps): ReactElement {
  const name = useRef<HTMLInputElement>(null);
  const queryClient = useQueryClient();
  return (
    <FormDialog
      open={open}
      onClose={onClose}
      title="New service"
      lead="Its key is shown once. Put it into the configuration of the service."
      initialFocus={name}
      fields={["name"]}
      label="New service"
      submitLabel="Create service"
      onSubmit={async (values) => {
        const created = await createService(values.text("name"));
        await queryClient.invalidateQueries({ queryKey: servicesQuery.queryKey });
        onCreated(created);
      }}
    >
      {(errors) => (
        <TextField
          ref={name}
          label="Name"
          name="name"
          required
          maxLength={NAME_MAX_LENGTH}
          autoComplete="off"
          hint="Like “billing API”."
          error={errors["name"]}
        />
      )}
    </FormDialog>
  );
}
