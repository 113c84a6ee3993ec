// The keys with which the host keeps its people here. Rule: only this page holds a new key. It is shown once.
import { DEFAULT_SOURCE, MANAGEMENT_SCOPE_LABELS, MANAGEMENT_SCOPES, NAME_MAX_LENGTH } from "@mintmark/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeySquare, Plus } from "lucide-react";
import { type ReactElement, type RefObject, useRef, useState } from "react";
import { createManagementKey, managementKeysQuery } from "../../api/server-key.ts";
import type { ManagementKey } from "../../api/types.ts";
import { SecretPanel } from "../../credential/secret-panel.tsx";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { useInstance } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { Choice, TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { isolated } from "../../ui/text.ts";
import { ManagementKeyList } from "./management-key-list.tsx";

const TITLE = "Management keys";

interface CreatedKey {
  readonly managementKey: ManagementKey;
  readonly secret: string;
}

export function ManagementKeysPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <ManagementKeys />
    </RequireInstanceAdmin>
  );
}

function ManagementKeys(): ReactElement {
  const keys = useQuery(managementKeysQuery);
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedKey | null>(null);
  const newKey = (
    <Button kind="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden="true" />
      New management key
    </Button>
  );
  return (
    <Page
      title={TITLE}
      lead="With a management key, the backend of your product manages its people here. A source can have two keys, so that one can replace the other."
      action={!created && newKey}
    >
      {created && <NewKey created={created} onDone={() => setCreated(null)} />}
      <QueryView query={keys}>
        {({ items }) => (items.length === 0 ? <NoKeys /> : <ManagementKeyList keys={items} />)}
      </QueryView>
      <KeyDialog
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

interface NewKeyProps {
  readonly created: CreatedKey;
  readonly onDone: () => void;
}

function NewKey({ created, onDone }: NewKeyProps): ReactElement {
  const { baseUrl } = useInstance();
  return (
    <SecretPanel
      secret={created.secret}
      what="management key"
      title={`Management key “${isolated(created.managementKey.name)}”`}
      onForget={onDone}
      onDone={onDone}
      commands={[
        {
          label: "Try it",
          code: `curl --header "Authorization: Bearer ${created.secret}" ${baseUrl}/api/manage/key`,
          note: "The command holds the key, and your shell may keep it in its history.",
          holdsSecret: true,
        },
      ]}
    />
  );
}

function NoKeys(): ReactElement {
  return (
    <EmptyState icon={<KeySquare />} title="No management keys">
      <p>
        A product that has users and organizations of its own can keep them here, and open their token pages. Its
        backend needs a management key for that.
      </p>
    </EmptyState>
  );
}

interface KeyDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: (created: CreatedKey) => void;
}

const networksOf = (text: string): string[] => text.split(/[\s,]+/).filter((network) => network !== "");

function KeyDialog({ open, onClose, onCreated }: KeyDialogProps): ReactElement {
  const name = useRef<HTMLInputElement>(null);
  const queryClient = useQueryClient();
  return (
    <FormDialog
      open={open}
      onClose={onClose}
      title="New management key"
      lead="It is shown once. Store it where your backend stores its database password."
      initialFocus={name}
      fields={["name", "source", "networks"]}
      label="New management key"
      submitLabel="Create key"
      onSubmit={async (values) => {
        const created = await createManagementKey({
          name: values.text("name"),
          scopes: MANAGEMENT_SCOPES.filter((scope) => values.checked(scope)),
          source: values.text("source").trim() || DEFAULT_SOURCE,
          networks: networksOf(values.text("networks")),
        });
        await queryClient.invalidateQueries({ queryKey: managementKeysQuery.queryKey });
        onCreated(created);
      }}
    >
      {(errors) => <KeyFields name={name} errors={errors} />}
    </FormDialog>
  );
}

interface KeyFieldsProps {
  readonly name: RefObject<HTMLInputElement | null>;
  readonly errors: Readonly<Record<string, string>>;
}

function KeyFields({ name, errors }: KeyFieldsProps): ReactElement {
  return (
    <>
      <TextField
        ref={name}
        label="Name"
        name="name"
        required
        maxLength={NAME_MAX_LENGTH}
        autoComplete="off"
        hint="Like “shop backend”."
        error={errors["name"]}
      />
      <fieldset>
        <legend className="mb-1 font-medium">Scopes</legend>
        {MANAGEMENT_SCOPES.map((scope) => (
          <Choice
            key={scope}
            name={scope}
            defaultChecked
            label={<span className="font-mono text-[0.8125rem]">{scope}</span>}
            hint={MANAGEMENT_SCOPE_LABELS[scope]}
          />
        ))}
      </fieldset>
      <TextField
        label="Networks"
        name="networks"
        optional
        autoComplete="off"
        hint="CIDR, separated by spaces, like 203.0.113.0/24. Empty: any network."
        error={errors["networks"]}
      />
      <TextField
        label="Source"
        name="source"
        optional
        autoComplete="off"
        placeholder={DEFAULT_SOURCE}
        hint="The namespace of the key's external ids."
        error={errors["source"]}
      />
    </>
  );
}
