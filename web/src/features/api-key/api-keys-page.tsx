// The organization's API keys. Rule: only this page holds a new secret, which is shown once. Creating a key needs a
// recent password. Deliberately absent: editing, since the permissions of a key are fixed.
import { type ExpiryRule, NAME_MAX_LENGTH, OWNER_ROLE } from "@mintmark/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { type ReactElement, type Ref, useRef, useState } from "react";
import { apiKeysQuery, createApiKey } from "../../api/api-key.ts";
import { mintingRulesQuery } from "../../api/policy.ts";
import { incompleteForm } from "../../api/problem.ts";
import type { ApiKey } from "../../api/types.ts";
import { ExpiryField, ExpiryFieldLoading } from "../../credential/expiry-field.tsx";
import {
  allowedChoice,
  DEFAULT_EXPIRY_DAYS,
  type ExpiryChoice,
  NO_LIMITS,
  resolveExpiry,
} from "../../credential/expiry.ts";
import { limitReason } from "../../credential/mint-form.ts";
import { SecretPanel } from "../../credential/secret-panel.tsx";
import { can, grantableRoles } from "../../session/permission.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useInstance, useOrganization } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { isolated } from "../../ui/text.ts";
import { useAction } from "../../ui/use-action.ts";
import { ApiKeyList } from "./api-key-list.tsx";

const TITLE = "API keys";

export function ApiKeysPage(): ReactElement {
  return (
    <RequirePermission permission="api-keys:read" title={TITLE}>
      <ApiKeys />
    </RequirePermission>
  );
}

function ApiKeys(): ReactElement {
  const organization = useOrganization();
  const { personalTokens } = useInstance();
  const keys = useQuery(apiKeysQuery(organization.id));
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedApiKey | null>(null);
  const mayWrite = can(organization, "api-keys:write");
  const isDenied = organization.personal && personalTokens === "deny";
  const mayCreate = mayWrite && !isDenied;
  return (
    <Page
      title={TITLE}
      lead={`API keys act for ${isolated(organization.name)} itself, with a fixed role. They stay when their creator leaves.`}
      action={
        mayCreate &&
        !created && (
          <Button kind="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden="true" />
            New API key
          </Button>
        )
      }
    >
      {isDenied && (
        <Callout>This server does not allow API keys of personal organizations. Choose another organization.</Callout>
      )}
      {created && <KeySecret created={created} onForget={() => setCreated(null)} />}
      <QueryView query={keys}>
        {({ items }) =>
          items.length === 0 ? <NoKeys mayCreate={mayCreate} /> : <ApiKeyList keys={items} mayWrite={mayWrite} />
        }
      </QueryView>
      {mayCreate && (
        <ApiKeyDialog
          open={creating}
          onClose={() => setCreating(false)}
          onCreated={(created) => {
            setCreating(false);
            setCreated(created);
          }}
        />
      )}
    </Page>
  );
}

interface KeySecretProps {
  readonly created: CreatedApiKey;
  readonly onForget: () => void;
}

function KeySecret({ created, onForget }: KeySecretProps): ReactElement {
  const { baseUrl } = useInstance();
  return (
    <SecretPanel
      secret={created.secret}
      what="API key"
      title={`New API key “${isolated(created.apiKey.name)}”`}
      onForget={onForget}
      onDone={onForget}
      commands={[
        {
          label: "Try it",
          code: `curl --header "X-API-Key: ${created.secret}" ${baseUrl}/api/whoami`,
          note: "The command holds the key, and your shell may keep it in its history.",
          holdsSecret: true,
        },
      ]}
    />
  );
}

function NoKeys({ mayCreate }: { readonly mayCreate: boolean }): ReactElement {
  return (
    <EmptyState icon={<KeyRound />} title="No API keys">
      {mayCreate && (
        <p>Create one for a machine that works for the organization. For yourself, create a personal access token.</p>
      )}
    </EmptyState>
  );
}

interface CreatedApiKey {
  readonly apiKey: ApiKey;
  readonly secret: string;
}

interface ApiKeyDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: (created: CreatedApiKey) => void;
}

export function ApiKeyDialog({ open, onClose, onCreated }: ApiKeyDialogProps): ReactElement {
  const name = useRef<HTMLInputElement>(null);
  const organization = useOrganization();
  const queryClient = useQueryClient();
  const action = useAction();
  const rules = useQuery({ ...mintingRulesQuery(organization.id), enabled: open });
  const limits = rules.data ?? NO_LIMITS;
  const [picked, setPicked] = useState<ExpiryChoice>({ kind: DEFAULT_EXPIRY_DAYS, date: "" });
  const expiry = allowedChoice(picked, limits);

  async function submit(values: { text(name: string): string }): Promise<void> {
    const resolved = resolveExpiry(expiry, limits, Date.now());
    if (!resolved.ok) throw incompleteForm([{ field: "expiresAt", message: resolved.problem }]);
    const input = { name: values.text("name"), role: values.text("role"), ...resolved.request };
    const created = await createApiKey(organization.id, input).catch((error: unknown) => {
      // The rules may have changed since the form showed them.
      void rules.refetch();
      throw error;
    });
    await queryClient.invalidateQueries({ queryKey: apiKeysQuery(organization.id).queryKey });
    onCreated(created);
  }

  function close(): void {
    action.reset();
    onClose();
  }

  return (
    <Dialog
      open={open}
      onClose={close}
      wide
      title="New API key"
      lead={`It acts for ${isolated(organization.name)}, not for you.`}
      initialFocus={name}
    >
      <Form
        action={action}
        fields={["name", "role", "expiresAt", "expiresInDays"]}
        label="New API key"
        onSubmit={submit}
      >
        <NameField ref={name} error={action.fieldErrors["name"]} />
        <RoleField error={action.fieldErrors["role"]} />
        <QueryView query={rules} loading={<ExpiryFieldLoading />}>
          {() => <KeyExpiry choice={expiry} onChange={setPicked} limits={limits} errors={action.fieldErrors} />}
        </QueryView>
        <DialogActions>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" kind="primary" busy={action.pending} disabled={rules.data === undefined}>
            Create API key
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

interface KeyExpiryProps {
  readonly choice: ExpiryChoice;
  readonly onChange: (choice: ExpiryChoice) => void;
  readonly limits: ExpiryRule;
  readonly errors: Readonly<Record<string, string>>;
}

function KeyExpiry({ choice, onChange, limits, errors }: KeyExpiryProps): ReactElement {
  const organization = useOrganization();
  return (
    <ExpiryField
      choice={choice}
      onChange={onChange}
      limits={limits}
      limitReason={limitReason(organization.name, limits)}
      what="API key"
      error={errors["expiresAt"] ?? errors["expiresInDays"]}
    />
  );
}

interface NameFieldProps {
  readonly ref: Ref<HTMLInputElement>;
  readonly error: string | undefined;
}

function NameField({ ref, error }: NameFieldProps): ReactElement {
  return (
    <TextField
      ref={ref}
      label="Name"
      name="name"
      required
      maxLength={NAME_MAX_LENGTH}
      autoComplete="off"
      error={error}
    />
  );
}

function RoleField({ error }: { readonly error: string | undefined }): ReactElement {
  const organization = useOrganization();
  const instance = useInstance();
  const roles = grantableRoles(instance.roles, organization.permissions).filter((role) => role.name !== OWNER_ROLE);
  return (
    <SelectField
      label="Role"
      name="role"
      required
      error={error}
      defaultValue={roles.some((role) => role.name === "viewer") ? "viewer" : ""}
      hint="It cannot be changed later. At most your own role, and never owner."
    >
      {roles.map((role) => (
        <option key={role.name} value={role.name}>
          {role.name}: {role.description}
        </option>
      ))}
    </SelectField>
  );
}
