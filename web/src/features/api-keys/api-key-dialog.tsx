import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useRef, useState } from "react";
import { apiKeysQuery, createApiKey } from "../../api/api-keys.ts";
import { policyQuery } from "../../api/organizations.ts";
import { incompleteForm } from "../../api/problem.ts";
import type { ApiKey } from "../../api/types.ts";
import { ExpiryField } from "../../credential/expiry-field.tsx";
import {
  allowedChoice,
  DEFAULT_EXPIRY_DAYS,
  type ExpiryChoice,
  NO_LIMITS,
  resolveExpiry,
} from "../../credential/expiry.ts";
import { can, grantableRoles } from "../../session/permission.ts";
import { useInstance, useSession } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { useAction } from "../../ui/use-action.ts";
import { isolated } from "../../ui/isolated.ts";

export interface CreatedApiKey {
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
  const { organization } = useSession();
  const instance = useInstance();
  const queryClient = useQueryClient();
  const action = useAction();
  const policy = useQuery({ ...policyQuery(organization.id), enabled: open && can(organization, "policy:read") });
  const limits = policy.data ?? NO_LIMITS;
  const [picked, setPicked] = useState<ExpiryChoice>({ kind: DEFAULT_EXPIRY_DAYS, date: "" });
  const expiry = allowedChoice(picked, limits);
  const roles = grantableRoles(instance.roles, organization.permissions).filter((role) => role.name !== "owner");

  async function submit(values: { text(name: string): string }): Promise<void> {
    const resolved = resolveExpiry(expiry, limits, Date.now());
    if (!resolved.ok) {
      const errors = [{ field: "expiresAt", message: resolved.problem }];
      throw incompleteForm(errors);
    }
    const input = { name: values.text("name"), role: values.text("role"), ...resolved.request };
    const created = await createApiKey(organization.id, input);
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
        <TextField
          ref={name}
          label="Name"
          name="name"
          required
          maxLength={100}
          autoComplete="off"
          error={action.fieldErrors["name"]}
        />
        <SelectField
          label="Role"
          name="role"
          required
          error={action.fieldErrors["role"]}
          defaultValue={roles.some((role) => role.name === "viewer") ? "viewer" : ""}
          hint="Fixed for the key's life. At most your own, and never owner."
        >
          {roles.map((role) => (
            <option key={role.name} value={role.name}>
              {role.name}: {role.description}
            </option>
          ))}
        </SelectField>
        <ExpiryField
          choice={expiry}
          onChange={setPicked}
          limits={limits}
          what="API key"
          error={action.fieldErrors["expiresAt"] ?? action.fieldErrors["expiresInDays"]}
        />
        <DialogActions>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" kind="primary" busy={action.pending}>
            Create API key
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
