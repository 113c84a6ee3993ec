// The form that says what a new token shall be. What happens with that is the page's: it mints, or it approves a login.
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { policyQuery } from "../api/organizations.ts";
import { incompleteForm } from "../api/problem.ts";
import type { MintInput } from "../api/tokens.ts";
import type { OrganizationMembership, TokenPolicy } from "../api/types.ts";
import { ExpiryField } from "../credential/expiry-field.tsx";
import { can } from "../session/permission.ts";
import { useInstance, useOrganizations, useSession } from "../session/use-session.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { Form } from "../ui/form.tsx";
import { Notice } from "../ui/notice.tsx";
import { useAction } from "../ui/use-action.ts";
import { AccessField } from "./access-field.tsx";
import { fitDraft, type MintPrefill, mintRequest, mintRules, startDraft, unavailablePermissions } from "./mint-form.ts";

interface TokenFormProps {
  readonly prefill?: MintPrefill;
  readonly submitLabel: string;
  /** Sends what was chosen. When the password is wanted first, it is asked for and this is called again. */
  readonly send: (input: MintInput) => Promise<void>;
  /** What there is to say about the organization that is chosen; its policy is `null` when the role may not read it. */
  readonly about?: (organization: OrganizationMembership, policy: TokenPolicy | null) => ReactElement | null;
  /** Beside the button that sends. */
  readonly cancel?: ReactElement;
}

const FIELDS = ["name", "organizationId", "expiresAt", "expiresInDays", "permissions"];
const NO_PREFILL: MintPrefill = {};

export function TokenForm({ prefill = NO_PREFILL, submitLabel, send, about, cancel }: TokenFormProps): ReactElement {
  const session = useSession();
  const instance = useInstance();
  const action = useAction();
  const [draft, setDraft] = useState(() => startDraft(session.organization.id, prefill, Date.now()));
  const organizations = useOrganizations();
  const organization = organizations.find(({ id }) => id === draft.organizationId) ?? session.organization;
  const policy = useQuery({ ...policyQuery(organization.id), enabled: can(organization, "policy:read") });
  const rules = mintRules(organization, policy.data ?? null, instance);
  const fitted = fitDraft(draft, rules);
  const missing = unavailablePermissions(prefill, rules);
  const errors = action.fieldErrors;

  async function submit(name: string): Promise<void> {
    const request = mintRequest(name, { ...fitted, organizationId: organization.id }, rules, Date.now());
    if (!request.ok) {
      throw incompleteForm(request.errors);
    }
    await send(request.input);
  }

  return (
    <Form
      action={action}
      fields={FIELDS}
      label={submitLabel}
      onSubmit={(values) => submit(values.text("name"))}
      className="grid max-w-[42rem] gap-7"
    >
      <TextField
        label="Name"
        name="name"
        required
        maxLength={100}
        autoComplete="off"
        defaultValue={prefill.name?.slice(0, 100) ?? ""}
        hint="What will use it, and where: “CI deploy”, “backup script on nas”."
        error={errors["name"]}
        className="max-w-[28rem]"
      />
      <OrganizationField
        organization={organization}
        organizations={organizations}
        error={errors["organizationId"]}
        onChange={(organizationId) => setDraft({ ...draft, organizationId })}
      />
      {about?.(organization, policy.data ?? null)}
      {rules.refusal ? (
        <Notice tone="warning" live="status" title="No token can be made here">
          {rules.refusal}
        </Notice>
      ) : (
        <>
          <ExpiryField
            choice={fitted.expiry}
            onChange={(expiry) => setDraft({ ...draft, expiry })}
            limits={rules.limits}
            limitReason={rules.limitReason}
            what="token"
            error={errors["expiresAt"] ?? errors["expiresInDays"]}
          />
          <AccessField
            organization={organization}
            draft={fitted}
            rules={rules}
            missing={missing}
            error={errors["permissions"]}
            onChange={(change) => setDraft({ ...draft, ...change })}
          />
        </>
      )}
      <div className="flex flex-wrap gap-2 border-t border-line pt-5">
        <Button type="submit" kind="primary" busy={action.pending} disabled={rules.refusal !== null}>
          {submitLabel}
        </Button>
        {cancel}
      </div>
    </Form>
  );
}

interface OrganizationFieldProps {
  readonly organization: OrganizationMembership;
  readonly organizations: readonly OrganizationMembership[];
  readonly error?: string | undefined;
  readonly onChange: (id: string) => void;
}

function OrganizationField({ organization, organizations, error, onChange }: OrganizationFieldProps): ReactElement {
  return (
    <SelectField
      label="Organization"
      name="organizationId"
      value={organization.id}
      onChange={(event) => onChange(event.currentTarget.value)}
      className="max-w-[28rem]"
      error={error}
      hint={
        <>
          The token works in <bdi>{organization.name}</bdi> only, as long as you are a member. Your role there is{" "}
          <strong className="font-medium text-ink">{organization.role}</strong>.
        </>
      }
    >
      {organizations.map(({ id, name, personal, state }) => (
        <option key={id} value={id}>
          {name}
          {personal ? " (personal)" : ""}
          {state === "suspended" ? " (suspended)" : ""}
        </option>
      ))}
    </SelectField>
  );
}
